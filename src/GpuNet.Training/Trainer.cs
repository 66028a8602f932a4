using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Timing;

namespace GpuNet.Training;

/// <summary>
/// Trains a network. An iteration evaluates if that is due, loads a batch, runs forward and backward, and again until the
/// update has its batches' gradients; asks for the rate and the momentum, clips the gradients and updates: Caffe's order. The loss stays on the device except
/// where it is read for an observer, and the next batch is on its way by then. It owns the optimizer, the gradients' sums and what the
/// images take on the device; the network stays the caller's.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly Network network;
    private readonly TrainingOptions options;
    private readonly Optimizer optimizer;
    private readonly GradientAccumulator gradients = null!;
    private readonly GradientClipper? clipper;
    private readonly BatchLosses losses = null!;
    private readonly ImageStore images = null!;
    private readonly BatchFeed batches = null!;
    private readonly Evaluator evaluator = null!;
    private readonly TenCropEvaluator? tenCrop;
    private readonly long displayInterval;
    private TrainingProgress from = TrainingProgress.Start;
    private RunLog? run;

    /// <summary>Checks the settings and takes everything that the run needs.</summary>
    /// <param name="network">The network, with the weights to start from; batches have the size that it was compiled for.</param>
    /// <param name="data">The images to train and to test on.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="TrainingException">A setting is out of its range, or the network was not made for such images.</exception>
    /// <exception cref="DataException">The batch is larger than the training set.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Trainer(Network network, ImageDataset data, TrainingOptions options)
    {
        options.ThrowIfInvalid();
        InputRules.ThrowUnlessFits(network, data.Train, options.Crop);
        this.network = network;
        this.options = options;
        var (session, input) = (network.Session, network.Input.Shape);
        float[] mean = options.Mean.Of(data.Train, new Size2D(input.H, input.W));
        var order = options.Shuffle ? new BatchOrder(data.Train.Count, input.N, options.Seed) : BatchOrder.InFileOrder(data.Train.Count, input.N);
        var plan = new BatchPlan(data.Train, order, new Size2D(input.H, input.W), options.Mirror, options.Seed);
        optimizer = new Optimizer(network, options.Optimizer, options.WeightDecay, options.IterationSize);
        long before;
        try
        {
            gradients = new GradientAccumulator(network, options.IterationSize);
            clipper = options.ClipGradients is { } most ? new GradientClipper(network, most) : null;
            losses = new BatchLosses(network, options.IterationSize);
            before = session.HeldBytes;
            images = ImageStore.Open(session, options.Feed, data.Train, data.Test);
            batches = new BatchFeed(network, plan, mean, images);
            evaluator = new Evaluator(network, data.Test, mean, options.Crop, images);
            tenCrop = options.TenCrop ? new TenCropEvaluator(network, data.Test, mean, options.Crop, images) : null;
        }
        catch
        {
            Dispose();
            throw;
        }

        Feed = new FeedPlan(
            images.Mode, session.Kind == DeviceKind.Cpu, images.ImageBytes, session.HeldBytes - before, (long)BatchFeed.Slots * (batches.SlotBytes + evaluator.Feed.SlotBytes + (tenCrop?.Feed.SlotBytes ?? 0)),
            batches.PictureBytes + evaluator.Feed.PictureBytes + (tenCrop?.Feed.PictureBytes ?? 0));
        displayInterval = options.DisplayIntervalOn(network.Session.Kind);
    }

    /// <summary>How the images get to the device.</summary>
    public FeedPlan Feed { get; }

    /// <summary>How far the run has come, or what the next one goes on from. To be asked for between two iterations.</summary>
    public TrainingProgress Progress => run?.Progress ?? from;

    internal Network Network => network;

    internal IReadOnlyList<OptimizerState> OptimizerState => optimizer.State;

    /// <summary>Gives the network and the optimizer what a checkpoint holds; the next run goes on from there.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="TrainingException">It is of more updates than the run is to make.</exception>
    /// <exception cref="WeightsException">It is of another network or another optimizer.</exception>
    public void Resume(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.ThrowIfBeyond(options.Iterations);
        checkpoint.Restore(network, optimizer.State);
        (from, run) = (checkpoint.Progress, null);
    }

    /// <summary>Trains from iteration 0 with an optimizer that remembers nothing and the weights that the network has, or goes on from the checkpoint that <see cref="Resume"/> was given.</summary>
    /// <param name="observer">Is told of the progress.</param>
    /// <param name="cancellation">Ends the run between two iterations; an evaluation under way is dropped.</param>
    /// <returns>What the run came to; a cancelled or diverged run is a result too.</returns>
    /// <exception cref="DeviceException">The device failed in the middle of the run.</exception>
    public TrainingResult Run(ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        if (from.Iteration == 0)
            optimizer.Reset();
        run = new RunLog(new TrainingObservers(observer), options, (long)network.Input.Shape.N * options.IterationSize, from);
        from = TrainingProgress.Start;
        try
        {
            for (long iteration = run.Updates; iteration < options.Iterations; iteration++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (IsTestDue(iteration) && !Evaluate(run, iteration, cancellation))
                    return run.End(RunOutcome.Diverged);
                run.Begin(iteration);
                bool isShown = IsShown(iteration);
                (double rate, double momentum) = Iterate(iteration, isShown);
                run.CountUpdate(rate, momentum);
                if (iteration + 1 < options.Iterations)
                    batches.Prepare((iteration + 1) * options.IterationSize);
                if (isShown && !run.Add(iteration, losses.Read()))
                    return run.End(RunOutcome.Diverged);
            }

            if (!Evaluate(run, options.Iterations, cancellation))
                return run.End(RunOutcome.Diverged);
            run.PauseTraining();
            return run.End(RunOutcome.Completed, tenCrop?.Run(options.Iterations, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return run.End(RunOutcome.Cancelled);
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Makes a few iterations and a part of an evaluation, to find out how long a run will take. The network's weights are others afterwards.</summary>
    /// <param name="atMost">The time to spend, if three iterations and three batches of the evaluation take no longer.</param>
    /// <param name="cancellation">Looked at between iterations.</param>
    /// <returns>How long an iteration and an evaluation take.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    public TrainingPace Measure(TimeSpan atMost, CancellationToken cancellation = default)
    {
        optimizer.Reset();
        long made = 0;
        try
        {
            var iteration = TrainingPace.OfOne(MakeIterations, long.MaxValue, atMost / 2);
            var batch = TrainingPace.OfOne(count => evaluator.RunBatches((int)count, 0, cancellation), evaluator.Feed.BatchesInPass, atMost / 2);
            return new(iteration, batch * evaluator.Feed.BatchesInPass);
        }
        catch (Exception error) when (network.Session.FailureOf(error) is { } failure)
        {
            throw failure;
        }

        void MakeIterations(long count)
        {
            for (long end = made + count; made < end; made++)
            {
                cancellation.ThrowIfCancellationRequested();
                Iterate(made, keepLosses: true);
                batches.Prepare((made + 1) * options.IterationSize);
            }

            losses.Read();
        }
    }

    /// <summary>Frees the optimizer's state and what the images took.</summary>
    public void Dispose()
    {
        tenCrop?.Dispose();
        evaluator?.Dispose();
        batches?.Dispose();
        images?.Dispose();
        losses?.Dispose();
        clipper?.Dispose();
        gradients?.Dispose();
        optimizer.Dispose();
    }

    // The passes and the update; its rate and momentum.
    private (double Rate, double Momentum) Iterate(long iteration, bool keepLosses)
    {
        RunPasses(iteration, keepLosses);
        (double rate, double momentum) = (options.Policy.At(iteration), options.MomentumAt(iteration));
        clipper?.Run();
        optimizer.Update(rate, momentum, iteration);
        return (rate, momentum);
    }

    // Batches are counted through the run: the order goes on from one to the next, and dropout draws each a mask of its own.
    private void RunPasses(long iteration, bool keepLosses)
    {
        for (int i = 0; i < options.IterationSize; i++)
        {
            long batch = iteration * options.IterationSize + i;
            batches.Load(batch);
            network.Forward(Phase.Train, batch);
            network.Backward();
            gradients.Add(i);
            if (keepLosses)
                losses.Keep(i);
            if (i + 1 < options.IterationSize)
                batches.Prepare(batch + 1);
        }
    }

    private bool Evaluate(RunLog run, long iteration, CancellationToken cancellation)
    {
        if (run.HasEvaluated(iteration))
            return true;
        run.PauseTraining();
        return run.Add(evaluator.Run(iteration, cancellation));
    }

    private bool IsShown(long iteration) => iteration % displayInterval == 0 || iteration == options.Iterations - 1;

    private bool IsTestDue(long iteration) => iteration == 0
        ? options.TestAtStart
        : options.TestInterval > 0 && iteration % options.TestInterval == 0;
}

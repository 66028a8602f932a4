using GpuNet.Kernels.Devices;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training;

/// <summary>How a network is trained. The batch size is the network's own.</summary>
/// <param name="Policy">The learning rate of each iteration.</param>
/// <param name="Iterations">Updates to make, from 1 to <see cref="MaxIterations"/>.</param>
/// <param name="Optimizer">How gradients become updates.</param>
public sealed record TrainingOptions(LearningRatePolicy Policy, long Iterations, OptimizerOptions Optimizer)
{
    /// <summary>The most updates of a run: years of them, and few enough that everything computed from them fits its type.</summary>
    public const long MaxIterations = 1_000_000_000;

    /// <summary>
    /// Batches of an update, whose gradients are summed and divided by their number: Caffe's <c>iter_size</c>. An update then learns from as many images as a
    /// batch that many times as large, in the memory of one (and of one more set of gradients). Iterations are updates.
    /// </summary>
    public int IterationSize { get; init; } = 1;

    /// <summary>λ of L2 weight decay, 0 or above; a parameter's decay multiplier scales it. λ·w joins the gradient before the optimizer sees it, as in Caffe.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// The largest L2 norm of all parameters' gradients together: Caffe's <c>clip_gradients</c>. A longer gradient is scaled down to it. As in Caffe the norm
    /// is that of the sum over the update's batches, before it is divided by their number and before weight decay. Null clips nothing.
    /// </summary>
    public double? ClipGradients { get; init; }

    /// <summary>
    /// The bounds between which the momentum moves against the rate, for a policy with cycles; a stage without any keeps the high one. Null keeps the momentum
    /// of <see cref="Optimizer"/>, as in the paper.
    /// </summary>
    public MomentumRange? MomentumRange { get; init; }

    /// <summary>The seed of the batch order and of crops and mirrors, and of the initial weights where a recipe compiles the network.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether each epoch has a fresh seeded order; otherwise batches follow the set's own order, as Caffe's CIFAR-10 examples do.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>What is subtracted from each image.</summary>
    public PixelMean Mean { get; init; } = PixelMean.Image;

    /// <summary>
    /// Side of the square that the network sees of each image, or null for whole images: at a random place in training, in the middle in
    /// evaluation, as in Caffe. The network is compiled for that size.
    /// </summary>
    public int? Crop { get; init; }

    /// <summary>Whether training mirrors images left to right, every other one by chance; evaluation does not.</summary>
    public bool Mirror { get; init; }

    /// <summary>How images get to the device; the batches have the same bits either way.</summary>
    public FeedMode Feed { get; init; }

    /// <summary>Iterations between evaluations on the whole test set; 0 evaluates at the end only. An evaluation comes before the update of its iteration.</summary>
    public long TestInterval { get; init; }

    /// <summary>Whether the test set is evaluated before the first update too.</summary>
    public bool TestAtStart { get; init; }

    /// <summary>Whether a run that completes is evaluated once more at its end, on ten windows of each test image: see <see cref="TenCropEvaluator"/>. The crop must
    /// be smaller than the images.</summary>
    public bool TenCrop { get; init; }

    /// <summary>
    /// Iterations between readings of the loss: each is logged, and a NaN or infinite loss is found there. The last iteration's is always
    /// read. Null takes 1 on the CPU, where reading costs nothing, and 20 elsewhere, where it makes the host wait for the device.
    /// </summary>
    public long? DisplayInterval { get; init; }

    /// <summary>What the policy will do in the run.</summary>
    public PolicyPlan Plan => new(Policy, Iterations);

    /// <summary>Evaluations on the whole test set that a run to the end makes, without that on ten windows.</summary>
    public long Evaluations => (TestAtStart ? 1 : 0) + (TestInterval > 0 ? (Iterations - 1) / TestInterval : 0) + 1;

    /// <summary>The momentum of an iteration.</summary>
    /// <param name="iteration">The number of updates already made.</param>
    /// <returns>μ, from 0 to below 1.</returns>
    public double MomentumAt(long iteration) => MomentumRange?.At(Policy.HeightAt(iteration)) ?? Optimizer.Momentum;

    /// <summary>The display interval on a device: the one that was set, or the default there.</summary>
    /// <param name="kind">What kind of device it is.</param>
    /// <returns>Iterations between readings of the loss.</returns>
    public long DisplayIntervalOn(DeviceKind kind) => DisplayInterval ?? (kind == DeviceKind.Cpu ? 1 : 20);

    /// <summary>Throws unless every setting is in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        Optimizer.ThrowIfInvalid();
        MomentumRange?.ThrowIfInvalid();
        if (MomentumRange is { } range && !Policy.IsCyclical)
            throw new TrainingException($"the momentum range (--momentum-range) is {range}, but the rate of {Policy.Name} has no cycles that the momentum could move against. Leave the range out, or choose a policy with cycles, such as triangular or one_cycle.");
        if (MomentumRange is { } moving && !Optimizer.HasMomentum)
            throw new TrainingException($"the momentum range (--momentum-range) is {moving}, but {Optimizer.Name} has no momentum that could move against the rate{(Optimizer.Kind == OptimizerKind.AdaDelta ? " (its momentum is the share of its means that is kept)" : "")}. Leave the range out, or choose sgd, nesterov or adam.");
        Plan.ThrowIfInvalid();
        if (IterationSize < 1)
            throw new TrainingException($"the iteration size (--iter-size) is {IterationSize}; an update takes the gradients of at least 1 batch.");
        if (Iterations > MaxIterations / IterationSize)
            throw new TrainingException($"{Iterations} iterations of {IterationSize} batches each; a run takes at most {MaxIterations} batches.");
        if (!double.IsFinite(WeightDecay) || WeightDecay < 0)
            throw new TrainingException(FormattableString.Invariant($"weight decay is {WeightDecay}; it must be a finite number, 0 or above. 0 switches it off."));
        if (ClipGradients is { } clip && !((float)clip > 0 && float.IsFinite((float)clip)))
            throw new TrainingException(FormattableString.Invariant($"the largest gradient norm (--clip-gradients) is {clip}; it must be a finite number above 0, or left out to clip nothing."));
        if (Crop < 1)
            throw new TrainingException($"the crop (--crop) is {Crop}; it must be 1 pixel or more, or left out for whole images.");
        if (TestInterval < 0)
            throw new TrainingException($"the test interval is {TestInterval}; it must be 1 iteration or more, or 0 to evaluate at the end only.");
        if (DisplayInterval < 1)
            throw new TrainingException($"the display interval is {DisplayInterval}; it must be 1 iteration or more.");
    }
}

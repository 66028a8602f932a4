using System.Collections.Immutable;
using System.Diagnostics;
using GpuNet.Layers;

namespace GpuNet.Training;

/// <summary>Keeps what a run leaves behind, tells the observer, and notices a loss that is NaN or infinite. Grows by evaluations only.</summary>
internal sealed class RunLog
{
    private readonly ITrainingObserver observer;
    private readonly long images;
    private readonly LossCurve curve;
    private readonly ImmutableArray<EvaluationRecord>.Builder evaluations;
    private readonly TimeSpan elapsedBefore, trainingBefore;
    private readonly Stopwatch total = Stopwatch.StartNew();
    private readonly Stopwatch training = Stopwatch.StartNew();
    private double lastRate, lastMomentum;
    private long updatesShown;
    private TimeSpan trainingShown;
    private long lastFinite;
    private Divergence? divergence;

    /// <param name="observer">Is told.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="images">Images of an update.</param>
    /// <param name="from">What the run goes on from.</param>
    public RunLog(ITrainingObserver observer, TrainingOptions options, long images, TrainingProgress from)
    {
        this.observer = observer;
        this.images = images;
        Updates = updatesShown = from.Iteration;
        curve = new LossCurve(from.Losses);
        evaluations = from.Evaluations.ToBuilder();
        (elapsedBefore, trainingBefore) = (from.Elapsed, from.TrainingTime);
        trainingShown = from.TrainingTime;
        lastFinite = from.LastFiniteIteration;
        if (Updates > 0)
            (lastRate, lastMomentum) = (options.Policy.At(Updates - 1), options.MomentumAt(Updates - 1));
        observer.OnStart(options);
    }

    /// <summary>Updates made.</summary>
    public long Updates { get; private set; }

    /// <summary>How far the run has come. Takes memory: not for every iteration.</summary>
    public TrainingProgress Progress => new()
    {
        Iteration = Updates,
        Evaluations = evaluations.ToImmutable(),
        Elapsed = Elapsed,
        TrainingTime = TrainingTime,
        LastFiniteIteration = lastFinite,
        Losses = curve.Snapshot(),
    };

    private TimeSpan Elapsed => elapsedBefore + total.Elapsed;

    private TimeSpan TrainingTime => trainingBefore + training.Elapsed;

    /// <summary>Tells that an iteration is about to begin; what is done then is not time in training.</summary>
    public void Begin(long iteration)
    {
        training.Stop();
        observer.BeforeIteration(iteration);
        training.Start();
    }

    /// <summary>Counts an update.</summary>
    public void CountUpdate(double rate, double momentum)
    {
        Updates++;
        (lastRate, lastMomentum) = (rate, momentum);
    }

    /// <summary>Stops the clock of training speed during an evaluation.</summary>
    public void PauseTraining() => training.Stop();

    /// <summary>Whether the last evaluation was made after so many updates, by the run that this one goes on from.</summary>
    public bool HasEvaluated(long iteration) => evaluations.Count > 0 && evaluations[^1].Iteration == iteration;

    /// <summary>Adds the last iteration, whose losses were read. The main loss is logged. False if the total is NaN or infinite: an auxiliary loss may be so
    /// before the main one is.</summary>
    public bool Add(long iteration, NetworkLoss loss)
    {
        var now = TrainingTime;
        observer.OnIteration(new(iteration, lastRate, lastMomentum, loss.Main, Speed(Updates - updatesShown, now - trainingShown), Elapsed));
        (updatesShown, trainingShown) = (Updates, now);
        if (IsDiverged(iteration, loss.Total))
            return false;
        curve.Add(iteration, loss.Main);
        lastFinite = iteration;
        return true;
    }

    /// <summary>Adds an evaluation and goes on measuring training. False if its loss is NaN or infinite.</summary>
    public bool Add(EvaluationRecord evaluation)
    {
        training.Start();
        evaluations.Add(evaluation);
        observer.OnEvaluation(evaluation);
        return !IsDiverged(evaluation.Iteration, evaluation.Loss);
    }

    public TrainingResult End(RunOutcome outcome, EvaluationRecord? tenCrop = null)
    {
        training.Stop();
        var result = new TrainingResult(outcome, Updates, evaluations.ToImmutable(), curve.Points(), Elapsed, Speed(Updates, TrainingTime), divergence) { TenCrop = tenCrop };
        observer.OnEnd(result);
        return result;
    }

    private bool IsDiverged(long iteration, double loss)
    {
        if (double.IsFinite(loss))
            return false;
        divergence = new(iteration, lastFinite, lastRate, loss);
        return true;
    }

    private double Speed(long updates, TimeSpan time) => time > TimeSpan.Zero ? updates * images / time.TotalSeconds : 0;
}

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
    private readonly ImmutableArray<EvaluationRecord>.Builder evaluations = ImmutableArray.CreateBuilder<EvaluationRecord>();
    private readonly Stopwatch total = Stopwatch.StartNew();
    private readonly Stopwatch training = Stopwatch.StartNew();
    private long updates;
    private double lastRate, lastMomentum;
    private long updatesShown;
    private TimeSpan trainingShown;
    private long lastFinite = -1;
    private Divergence? divergence;

    /// <param name="observer">Is told.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="images">Images of an update.</param>
    public RunLog(ITrainingObserver observer, TrainingOptions options, long images)
    {
        this.observer = observer;
        this.images = images;
        curve = new LossCurve(options.Iterations);
        observer.OnStart(options);
    }

    /// <summary>Counts an update.</summary>
    public void CountUpdate(double rate, double momentum)
    {
        updates++;
        (lastRate, lastMomentum) = (rate, momentum);
    }

    /// <summary>Stops the clock of training speed during an evaluation.</summary>
    public void PauseTraining() => training.Stop();

    /// <summary>Adds the last iteration, whose losses were read. The main loss is logged. False if the total is NaN or infinite: an auxiliary loss may be so
    /// before the main one is.</summary>
    public bool Add(long iteration, NetworkLoss loss)
    {
        var now = training.Elapsed;
        observer.OnIteration(new(iteration, lastRate, lastMomentum, loss.Main, Speed(updates - updatesShown, now - trainingShown), total.Elapsed));
        (updatesShown, trainingShown) = (updates, now);
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
        var result = new TrainingResult(outcome, updates, evaluations.ToImmutable(), curve.Points(), total.Elapsed, Speed(updates, training.Elapsed), divergence) { TenCrop = tenCrop };
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

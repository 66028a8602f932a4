using System.Collections.Immutable;
using GpuNet.Training.LearningRates;

namespace GpuNet.Training.RangeTests;

/// <summary>Keeps what a sweep shows, stops it when the loss diverges, and tells another observer.</summary>
/// <param name="policy">The sweep's rates.</param>
/// <param name="options">How losses are smoothed, and what divergence is.</param>
/// <param name="next">Is told what this one is, and of a sweep that was stopped that it diverged.</param>
/// <param name="stop">Is called once, on divergence.</param>
internal sealed class SweepRecorder(LearningRatePolicy policy, RangeTestOptions options, ITrainingObserver? next, Action stop) : ITrainingObserver
{
    private readonly ImmutableArray<SweepLoss>.Builder losses = ImmutableArray.CreateBuilder<SweepLoss>();
    private readonly ImmutableArray<SweepAccuracy>.Builder accuracies = ImmutableArray.CreateBuilder<SweepAccuracy>();
    private double average, weight, least = double.PositiveInfinity;

    /// <summary>Whether it stopped the sweep.</summary>
    public bool HasDiverged { get; private set; }

    public ImmutableArray<SweepLoss> Losses => losses.ToImmutable();

    public ImmutableArray<SweepAccuracy> Accuracies => accuracies.ToImmutable();

    public void OnStart(TrainingOptions options) => next?.OnStart(options);

    public void BeforeIteration(long iteration) => next?.BeforeIteration(iteration);

    public void OnIteration(IterationRecord record)
    {
        next?.OnIteration(record);
        if (!double.IsFinite(record.Loss))
            return;
        average = options.Smoothing * average + (1 - options.Smoothing) * record.Loss;
        weight = options.Smoothing * weight + (1 - options.Smoothing);
        double smoothed = average / weight;
        losses.Add(new(record.Iteration, record.Rate, record.Loss, smoothed));
        least = Math.Min(least, smoothed);
        if (HasDiverged || smoothed <= options.DivergenceFactor * least)
            return;
        HasDiverged = true;
        stop();
    }

    public void OnEvaluation(EvaluationRecord record)
    {
        next?.OnEvaluation(record);
        if (double.IsFinite(record.Loss))
            accuracies.Add(new(record.Iteration, policy.At(Math.Max(record.Iteration - 1, 0)), record.Accuracy));
    }

    public void OnEnd(TrainingResult result) => next?.OnEnd(HasDiverged ? result with { Outcome = RunOutcome.Diverged } : result);
}

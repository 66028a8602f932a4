namespace GpuNet.Training;

/// <summary>Passes a run's progress on to several observers, in order.</summary>
/// <param name="observers">The observers; nulls are left out.</param>
public sealed class TrainingObservers(params IEnumerable<ITrainingObserver?> observers) : ITrainingObserver
{
    private readonly ITrainingObserver[] observers = [.. observers.OfType<ITrainingObserver>()];

    /// <inheritdoc/>
    public void OnStart(TrainingOptions options)
    {
        foreach (var observer in observers)
            observer.OnStart(options);
    }

    /// <inheritdoc/>
    public void BeforeIteration(long iteration)
    {
        foreach (var observer in observers)
            observer.BeforeIteration(iteration);
    }

    /// <inheritdoc/>
    public void OnIteration(IterationRecord record)
    {
        foreach (var observer in observers)
            observer.OnIteration(record);
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord record)
    {
        foreach (var observer in observers)
            observer.OnEvaluation(record);
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result)
    {
        foreach (var observer in observers)
            observer.OnEnd(result);
    }
}

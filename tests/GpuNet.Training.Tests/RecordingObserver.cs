namespace GpuNet.Training.Tests;

/// <summary>Keeps all that it is told.</summary>
internal sealed class RecordingObserver : ITrainingObserver
{
    public List<string> Events { get; } = [];

    public List<IterationRecord> Iterations { get; } = [];

    public List<EvaluationRecord> Evaluations { get; } = [];

    public TrainingResult? Result { get; private set; }

    public Action<IterationRecord>? WhenIteration { get; init; }

    public void OnStart(TrainingOptions options) => Events.Add("start");

    public void OnIteration(IterationRecord record)
    {
        Events.Add($"iteration {record.Iteration}");
        Iterations.Add(record);
        WhenIteration?.Invoke(record);
    }

    public void OnEvaluation(EvaluationRecord record)
    {
        Events.Add($"evaluation {record.Iteration}");
        Evaluations.Add(record);
    }

    public void OnEnd(TrainingResult result)
    {
        Events.Add("end");
        Result = result;
    }
}

using BenchmarkDotNet.Attributes;
using GpuNet.Bench.Suites;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Training;

/// <summary>The training step of each model: forward, backward and update of a batch that is in memory already, and the reading of its loss.</summary>
public class TrainingStepBenchmarks : DeviceBenchmarks
{
    private TrainingStep Training { get; set; } = null!;

    /// <summary>What is measured.</summary>
    public static IEnumerable<StepCase> Models => StepCase.All;

    /// <summary>Model and batch.</summary>
    [ParamsSource(nameof(Models))]
    public StepCase Model { get; set; } = null!;

    /// <summary>One step.</summary>
    /// <returns>The loss.</returns>
    [Benchmark]
    public double Step() => Training.Time(1).Loss;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        Training = new TrainingStep(Session, Model.Model, Model.Batch);
        Training.Time(1);
    }

    /// <inheritdoc/>
    protected override void Free() => Training.Dispose();
}

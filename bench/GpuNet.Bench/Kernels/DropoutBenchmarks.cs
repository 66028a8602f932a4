using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Dropout, forward and backward.</summary>
public class DropoutBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<DropoutCase> Layers => DropoutCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public DropoutCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The rectifier in place, forward and backward.</summary>
public class ReluBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<ReluCase> Layers => ReluCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public ReluCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Inner products, forward and both gradients.</summary>
public class InnerProductBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<InnerProductCase> Layers => InnerProductCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public InnerProductCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);

    [Benchmark]
    public void BackwardWeights() => Run(KernelPass.BackwardWeights);
}

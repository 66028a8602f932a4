using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Local response normalisation across channels, forward and backward, in the shapes of AlexNet and GoogLeNet (batch 16).</summary>
public class NormBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<NormCase> Layers => NormCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public NormCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

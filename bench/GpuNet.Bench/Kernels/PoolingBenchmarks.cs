using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Max and average pooling, forward and backward, in the shapes of cifar10_quick (batch 100), AlexNet and GoogLeNet (batch 16).</summary>
public class PoolingBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<PoolingCase> Layers => PoolingCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public PoolingCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

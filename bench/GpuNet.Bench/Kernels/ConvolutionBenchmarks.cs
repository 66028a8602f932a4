using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Convolution, forward and both gradients, in the shapes of cifar10_quick (batch 100), AlexNet and GoogLeNet (batch 16).</summary>
public class ConvolutionBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<ConvolutionCase> Layers => ConvolutionCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public ConvolutionCase Layer { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Layer;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);

    [Benchmark]
    public void BackwardWeights() => Run(KernelPass.BackwardWeights);
}

using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Softmax with its loss, and its gradient.</summary>
public class SoftmaxLossBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<SoftmaxLossCase> Sizes => SoftmaxLossCase.All;

    /// <summary>The size.</summary>
    [ParamsSource(nameof(Sizes))]
    public SoftmaxLossCase Size { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Size;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

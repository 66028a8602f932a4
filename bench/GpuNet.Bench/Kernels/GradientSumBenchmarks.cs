using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The sum of gradients where a tensor has several readers.</summary>
public class GradientSumBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<GradientSumCase> Modules => GradientSumCase.All;

    /// <summary>The module.</summary>
    [ParamsSource(nameof(Modules))]
    public GradientSumCase Module { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Module;

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Matrix products: M×N×K.</summary>
public class MatrixMultiplyBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<MatrixMultiplyCase> Sizes => MatrixMultiplyCase.All;

    /// <summary>The product.</summary>
    [ParamsSource(nameof(Sizes))]
    public MatrixMultiplyCase Size { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Size;

    [Benchmark]
    public void Product() => Run(KernelPass.Product);
}

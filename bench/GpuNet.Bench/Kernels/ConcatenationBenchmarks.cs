using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Concatenation of an inception module's branches, forward and backward.</summary>
public class ConcatenationBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<ConcatenationCase> Modules => ConcatenationCase.All;

    /// <summary>The module.</summary>
    [ParamsSource(nameof(Modules))]
    public ConcatenationCase Module { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Module;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);

    [Benchmark]
    public void BackwardData() => Run(KernelPass.BackwardData);
}

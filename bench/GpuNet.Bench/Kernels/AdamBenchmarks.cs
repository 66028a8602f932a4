using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The Adam update with weight decay.</summary>
public class AdamBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<AdamCase> Sizes => AdamCase.All;

    /// <summary>The size.</summary>
    [ParamsSource(nameof(Sizes))]
    public AdamCase Parameters { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Parameters;

    [Benchmark]
    public void Update() => Run(KernelPass.Update);
}

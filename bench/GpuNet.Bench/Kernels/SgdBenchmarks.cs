using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The SGD update with momentum and weight decay, in Caffe's form.</summary>
public class SgdBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<SgdCase> Sizes => SgdCase.All;

    /// <summary>The size.</summary>
    [ParamsSource(nameof(Sizes))]
    public SgdCase Parameters { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Parameters;

    [Benchmark]
    public void Update() => Run(KernelPass.Update);
}

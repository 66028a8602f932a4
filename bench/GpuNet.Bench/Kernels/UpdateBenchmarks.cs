using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The update of each optimizer, with weight decay, in Caffe's form.</summary>
public class UpdateBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<UpdateCase> Sizes => UpdateCase.All;

    /// <summary>Optimizer and size.</summary>
    [ParamsSource(nameof(Sizes))]
    public UpdateCase Parameters { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Parameters;

    [Benchmark]
    public void Update() => Run(KernelPass.Update);
}

using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>Gradient clipping by the norm of all gradients.</summary>
public class GradientClipBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<GradientClipCase> Networks => GradientClipCase.All;

    /// <summary>The network.</summary>
    [ParamsSource(nameof(Networks))]
    public GradientClipCase Network { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Network;

    [Benchmark]
    public void Update() => Run(KernelPass.Update);
}

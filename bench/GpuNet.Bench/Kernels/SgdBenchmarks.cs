using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>The SGD update with momentum and weight decay, in Caffe's form.</summary>
public class SgdBenchmarks : KernelBenchmarks
{
    private SgdOp op = null!;
    private Tensor w;
    private Tensor v;
    private Tensor dw;

    /// <summary>The sizes.</summary>
    public static IEnumerable<SgdCase> Sizes => SgdCase.All;

    /// <summary>The size.</summary>
    [ParamsSource(nameof(Sizes))]
    public SgdCase Parameters { get; set; } = null!;

    [Benchmark]
    public void Update()
    {
        op.Update(w, v, dw, rate: 0.001f, momentum: 0.9f, decay: 0.004f);
        Session.Synchronize();
    }

    /// <inheritdoc/>
    protected override void SetUp()
    {
        op = new SgdOp(Session);
        w = Take(Shape.Vector(Parameters.Parameters));
        v = Take(Shape.Vector(Parameters.Parameters));
        dw = Take(Shape.Vector(Parameters.Parameters));
    }
}

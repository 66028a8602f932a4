using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Optimizer;

/// <summary>Checks and launches updates with a rule that keeps two values a weight, in place and flat: one launch for a tensor of any shape.</summary>
internal sealed class PairUpdateLauncher<TRule>
    where TRule : struct, IPairUpdateRule
{
    private readonly string op, whoFirst, whoSecond, whoGradient;
    private readonly Action<Tensor, Tensor, Tensor, Tensor, GradientTerm, TRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="op">The op's name, for messages.</param>
    /// <param name="first">Its name of the first value that the rule keeps.</param>
    /// <param name="second">Its name of the second.</param>
    public PairUpdateLauncher(DeviceSession session, string op, string first, string second)
    {
        (this.op, whoFirst, whoSecond, whoGradient) = (op, $"{op}: {first}", $"{op}: {second}", $"{op}: dw");
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<PairUpdateTile<TRule>>(session);
            update = (w, one, two, dw, gradient, rule) => tile.Run(new(w.View, one.View, two.View, dw.View, gradient, rule));
        }
        else
        {
            var limits = session.Limits;
            var kernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, GradientTerm, TRule, int>(UpdateKernels.UpdatePair);
            update = (w, one, two, dw, gradient, rule) =>
            {
                var plan = QuadPlan.Of(limits, (int)w.Length, w.View, one.View, two.View, dw.View);
                kernel(plan.Config, w.View, one.View, two.View, dw.View, gradient, rule, plan.Quads);
            };
        }
    }

    public void Run(Tensor w, Tensor first, Tensor second, Tensor dw, GradientTerm gradient, TRule rule)
    {
        ShapeException.ThrowUnless(whoFirst, first.Shape, w.Shape);
        ShapeException.ThrowUnless(whoSecond, second.Shape, w.Shape);
        ShapeException.ThrowUnless(whoGradient, dw.Shape, w.Shape);
        ShapeException.ThrowIfTooLong(op, w.Shape);
        update(w, first, second, dw, gradient, rule);
    }
}

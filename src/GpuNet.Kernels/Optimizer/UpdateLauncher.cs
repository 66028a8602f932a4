using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Optimizer;

/// <summary>Checks and launches updates with a rule that keeps one value a weight, in place and flat: one launch for a tensor of any shape.</summary>
internal sealed class UpdateLauncher<TRule>
    where TRule : struct, IUpdateRule
{
    private readonly string op, whoState, whoGradient;
    private readonly Action<Tensor, Tensor, Tensor, GradientTerm, TRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="op">The op's name, for messages.</param>
    /// <param name="state">Its name of what the rule keeps.</param>
    public UpdateLauncher(DeviceSession session, string op, string state)
    {
        (this.op, whoState, whoGradient) = (op, $"{op}: {state}", $"{op}: dw");
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<UpdateTile<TRule>>(session);
            update = (w, kept, dw, gradient, rule) => tile.Run(new(w.View, kept.View, dw.View, gradient, rule));
        }
        else
        {
            var limits = session.Limits;
            var kernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, GradientTerm, TRule, int>(UpdateKernels.Update);
            update = (w, kept, dw, gradient, rule) =>
            {
                var plan = QuadPlan.Of(limits, (int)w.Length, w.View, kept.View, dw.View);
                kernel(plan.Config, w.View, kept.View, dw.View, gradient, rule, plan.Quads);
            };
        }
    }

    public void Run(Tensor w, Tensor state, Tensor dw, GradientTerm gradient, TRule rule)
    {
        ShapeException.ThrowUnless(whoState, state.Shape, w.Shape);
        ShapeException.ThrowUnless(whoGradient, dw.Shape, w.Shape);
        ShapeException.ThrowIfTooLong(op, w.Shape);
        update(w, state, dw, gradient, rule);
    }
}

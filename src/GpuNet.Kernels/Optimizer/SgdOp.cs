using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// Stochastic gradient descent with momentum and L2 weight decay, in place and flat: one launch updates a tensor of any shape. The learning
/// rate is an argument of the launch, so a rate that changes each iteration costs nothing. The two forms take the same first step and
/// stay equal up to rounding while the rate is constant; they differ exactly when it changes.
/// </summary>
public sealed class SgdOp
{
    private readonly Action<Tensor, Tensor, Tensor, float, float, float> update;
    private readonly Action<Tensor, Tensor, Tensor, float, float, float> updateTorch;

    /// <summary>Loads the kernels.</summary>
    /// <param name="session">The device.</param>
    public SgdOp(DeviceSession session)
    {
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<SgdTile>(session);
            var torchTile = new TileLauncher<SgdTorchTile>(session);
            update = (w, v, dw, rate, momentum, decay) => tile.Run(new(w.View, v.View, dw.View, rate, momentum, decay));
            updateTorch = (w, v, dw, rate, momentum, decay) => torchTile.Run(new(w.View, v.View, dw.View, rate, momentum, decay));
        }
        else
        {
            update = Launcher(session, SgdKernels.Update);
            updateTorch = Launcher(session, SgdKernels.UpdateTorch);
        }
    }

    /// <summary>
    /// Caffe's form, with the rate inside the velocity: v ← momentum·v + rate·(dw + decay·w); w ← w − v. What the velocity holds keeps the
    /// rate that it was added with.
    /// </summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">Share of the velocity that is kept.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(Tensor w, Tensor v, Tensor dw, float rate, float momentum, float decay)
    {
        RequireShapes(w, v, dw);
        update(w, v, dw, rate, momentum, decay);
    }

    /// <summary>
    /// PyTorch's form, with the rate outside the velocity: v ← momentum·v + dw + decay·w; w ← w − rate·v. A new rate acts on all that the
    /// velocity holds.
    /// </summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">Share of the velocity that is kept.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void UpdateTorch(Tensor w, Tensor v, Tensor dw, float rate, float momentum, float decay)
    {
        RequireShapes(w, v, dw);
        updateTorch(w, v, dw, rate, momentum, decay);
    }

    private static Action<Tensor, Tensor, Tensor, float, float, float> Launcher(
        DeviceSession session, Action<ArrayView<float>, ArrayView<float>, ArrayView<float>, float, float, float, int> form)
    {
        var limits = session.Limits;
        var kernel = session.Accelerator.LoadStreamKernel(form);
        return (w, v, dw, rate, momentum, decay) =>
        {
            var plan = QuadPlan.Of(limits, (int)w.Length, w.View, v.View, dw.View);
            kernel(plan.Config, w.View, v.View, dw.View, rate, momentum, decay, plan.Quads);
        };
    }

    private static void RequireShapes(Tensor w, Tensor v, Tensor dw)
    {
        ShapeException.ThrowUnless("sgd: v", v.Shape, w.Shape);
        ShapeException.ThrowUnless("sgd: dw", dw.Shape, w.Shape);
        ShapeException.ThrowIfTooLong("sgd", w.Shape);
    }
}

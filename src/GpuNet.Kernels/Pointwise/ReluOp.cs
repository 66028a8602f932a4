using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Pointwise;

/// <summary>The rectifier y = max(x, 0) and its gradient. A NaN passes through, so that a diverged run shows in its loss.</summary>
public sealed class ReluOp
{
    private readonly Action<Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor> backward;

    /// <summary>Loads the kernels.</summary>
    /// <param name="session">The device.</param>
    public ReluOp(DeviceSession session)
    {
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<ReluForwardTile>(session);
            var backwardTile = new TileLauncher<ReluBackwardTile>(session);
            forward = (x, y) => forwardTile.Run(new(x.View, y.View));
            backward = (y, dy, dx) => backwardTile.Run(new(y.View, dy.View, dx.View));
        }
        else
        {
            var limits = session.Limits;
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int>(ReluKernels.Forward);
            var backwardKernel = session.Accelerator.LoadStreamKernel<float, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(ReluKernels.Backward);
            forward = (x, y) =>
            {
                var plan = QuadPlan.Of(limits, (int)x.Length, x.View, y.View);
                forwardKernel(plan.Config, x.View, y.View, plan.Quads);
            };
            backward = (y, dy, dx) =>
            {
                var plan = QuadPlan.Of(limits, (int)y.Length, y.View, dy.View, dx.View);
                backwardKernel(plan.Config, 1f, y.View, dy.View, dx.View, plan.Quads);
            };
        }
    }

    /// <summary>y = max(x, 0).</summary>
    /// <param name="x">Input, any shape.</param>
    /// <param name="y">Output, of x's shape; may be x itself.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Forward(Tensor x, Tensor y)
    {
        ShapeException.ThrowUnless("relu: y", y.Shape, x.Shape);
        ShapeException.ThrowIfTooLong("relu", x.Shape);
        forward(x, y);
    }

    /// <summary>dx = dy where the output was positive, else 0.</summary>
    /// <param name="y">The output of the forward pass.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; may be dy itself.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Backward(Tensor y, Tensor dy, Tensor dx)
    {
        ShapeException.ThrowUnless("relu: dy", dy.Shape, y.Shape);
        ShapeException.ThrowUnless("relu: dx", dx.Shape, y.Shape);
        ShapeException.ThrowIfTooLong("relu", y.Shape);
        backward(y, dy, dx);
    }
}

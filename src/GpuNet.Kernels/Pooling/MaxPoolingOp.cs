using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// Max pooling with Caffe's rules: a window is clipped to the image, so padding never wins, and of equal values the first in row-major order
/// takes the window and its gradient. A NaN passes through, so that a diverged run shows in its loss.
/// </summary>
public sealed class MaxPoolingOp
{
    private readonly PoolingGeometry geometry;
    private readonly Shape output;
    private readonly Action<Tensor, Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, ReluMask> backward;

    /// <summary>Checks the geometry and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">Input shape and windows.</param>
    /// <exception cref="ShapeException">The geometry is impossible.</exception>
    public MaxPoolingOp(DeviceSession session, PoolingGeometry geometry)
    {
        geometry.ThrowIfInvalid("max pooling");
        this.geometry = geometry;
        output = geometry.Output;
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<LaneTile<MaxPoolingForward>>(session);
            var backwardTile = new TileLauncher<MaxPoolingBackwardTile>(session);
            var blocks = MaxPoolingForward.Blocks(geometry);
            forward = (x, y, argmax) => forwardTile.Run(new(new(x.View, y.View, argmax.View, geometry), blocks));
            backward = (dy, argmax, dx, mask) => backwardTile.Run(new(dy.View, argmax.View, dx.View, mask, geometry));
        }
        else
        {
            var sizes = new PoolingSizes(geometry);
            KernelConfig windows = session.Limits.Flat(sizes.Windows), pixels = session.Limits.Flat(sizes.Pixels);
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<int>, PoolingSizes>(MaxPoolingKernels.Forward);
            var backwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<int>, ArrayView<float>, ReluMask, PoolingSizes>(MaxPoolingKernels.Backward);
            forward = (x, y, argmax) => forwardKernel(windows, x.View, y.View, argmax.View.Cast<int>(), sizes);
            backward = (dy, argmax, dx, mask) => backwardKernel(pixels, dy.View, argmax.View.Cast<int>(), dx.View, mask, sizes);
        }
    }

    /// <summary>y = the largest value of each window.</summary>
    /// <param name="x">Input, (N, C, H, W).</param>
    /// <param name="y">Output, (N, C, windows down, windows across).</param>
    /// <param name="argmax">Result, of y's shape: where each maximum lies in its input plane, h·W + w, as the bits of an int.</param>
    /// <exception cref="ShapeException">A shape is not the geometry's.</exception>
    public void Forward(Tensor x, Tensor y, Tensor argmax)
    {
        ShapeException.ThrowUnless("max pooling: x", x.Shape, geometry.Input);
        ShapeException.ThrowUnless("max pooling: y", y.Shape, output);
        ShapeException.ThrowUnless("max pooling: argmax", argmax.Shape, output);
        forward(x, y, argmax);
    }

    /// <summary>dx = for each pixel the sum of dy over the windows whose maximum it was.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="argmax">What the forward pass wrote.</param>
    /// <param name="dx">Gradient of the input; overwritten.</param>
    /// <param name="mask">The ReLU's output if this layer's input is one's, of dx's shape: where it is not above 0, dx becomes 0.</param>
    /// <exception cref="ShapeException">A shape is not the geometry's.</exception>
    public void Backward(Tensor dy, Tensor argmax, Tensor dx, Tensor? mask = null)
    {
        ShapeException.ThrowUnless("max pooling: dy", dy.Shape, output);
        ShapeException.ThrowUnless("max pooling: argmax", argmax.Shape, output);
        ShapeException.ThrowUnless("max pooling: dx", dx.Shape, geometry.Input);
        if (mask is { } y)
            ShapeException.ThrowUnless("max pooling: mask", y.Shape, geometry.Input);
        backward(dy, argmax, dx, ReluMask.Of(mask, dx));
    }
}

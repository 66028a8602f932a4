using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// Average pooling with Caffe's divisor: the window's size clipped to the image and its padding. So padding counts as zeros, and the part
/// of the last window that reaches past the padding, because the number of windows is rounded up, does not count.
/// </summary>
public sealed class AveragePoolingOp
{
    private readonly PoolingGeometry geometry;
    private readonly Shape output;
    private readonly Action<Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, ReluMask> backward;

    /// <summary>Checks the geometry and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">Input shape and windows.</param>
    /// <exception cref="ShapeException">The geometry is impossible.</exception>
    public AveragePoolingOp(DeviceSession session, PoolingGeometry geometry)
    {
        geometry.ThrowIfInvalid("average pooling");
        this.geometry = geometry;
        output = geometry.Output;
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<LaneTile<AveragePoolingForward>>(session);
            var backwardTile = new TileLauncher<LaneTile<AveragePoolingBackward>>(session);
            LaneBlocks windowBlocks = AveragePoolingForward.Blocks(geometry), pixelBlocks = AveragePoolingBackward.Blocks(geometry);
            forward = (x, y) => forwardTile.Run(new(new(x.View, y.View, geometry), windowBlocks));
            backward = (dy, dx, mask) => backwardTile.Run(new(new(dy.View, dx.View, mask, geometry), pixelBlocks));
        }
        else
        {
            var sizes = new PoolingSizes(geometry);
            KernelConfig windows = session.Limits.Flat(sizes.Windows), pixels = session.Limits.Flat(sizes.Pixels);
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, PoolingSizes>(AveragePoolingKernels.Forward);
            var backwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ReluMask, PoolingSizes>(AveragePoolingKernels.Backward);
            forward = (x, y) => forwardKernel(windows, x.View, y.View, sizes);
            backward = (dy, dx, mask) => backwardKernel(pixels, dy.View, dx.View, mask, sizes);
        }
    }

    /// <summary>y = the mean of each window.</summary>
    /// <param name="x">Input, (N, C, H, W).</param>
    /// <param name="y">Output, (N, C, windows down, windows across).</param>
    /// <exception cref="ShapeException">A shape is not the geometry's.</exception>
    public void Forward(Tensor x, Tensor y)
    {
        ShapeException.ThrowUnless("average pooling: x", x.Shape, geometry.Input);
        ShapeException.ThrowUnless("average pooling: y", y.Shape, output);
        forward(x, y);
    }

    /// <summary>dx = for each pixel the sum of dy / divisor over the windows that hold it.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; overwritten.</param>
    /// <param name="mask">The ReLU's output if this layer's input is one's, of dx's shape: where it is not above 0, dx becomes 0.</param>
    /// <exception cref="ShapeException">A shape is not the geometry's.</exception>
    public void Backward(Tensor dy, Tensor dx, Tensor? mask = null)
    {
        ShapeException.ThrowUnless("average pooling: dy", dy.Shape, output);
        ShapeException.ThrowUnless("average pooling: dx", dx.Shape, geometry.Input);
        if (mask is { } y)
            ShapeException.ThrowUnless("average pooling: mask", y.Shape, geometry.Input);
        backward(dy, dx, ReluMask.Of(mask, dx));
    }
}

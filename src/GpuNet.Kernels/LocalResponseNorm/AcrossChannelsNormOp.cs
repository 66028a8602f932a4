using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Local response normalisation across channels, as in Krizhevsky et al. (2012) and Caffe: y = x·S^−β with S = k + (α/n)·Σ x² over the n
/// channels around each, at the same pixel; channels that are not there count as zeros.
/// </summary>
public sealed class AcrossChannelsNormOp
{
    private readonly Shape shape;
    private readonly Action<Tensor, Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, Tensor, Tensor> backward;

    /// <summary>Checks the constants and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="shape">Shape of the input and of every other tensor, (N, C, H, W).</param>
    /// <param name="parameters">Window and constants.</param>
    /// <exception cref="ShapeException">The shape is empty or too large.</exception>
    /// <exception cref="ArgumentException">A constant is out of range.</exception>
    public AcrossChannelsNormOp(DeviceSession session, Shape shape, LocalResponseNormParameters parameters)
    {
        parameters.ThrowIfInvalid("normalisation across channels");
        ShapeException.ThrowIfEmpty("normalisation across channels", shape);
        ShapeException.ThrowIfTooLong("normalisation across channels", shape);
        this.shape = shape;
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<AcrossChannelsNormForwardTile>(session);
            var backwardTile = new TileLauncher<AcrossChannelsNormBackwardTile>(session);
            forward = (x, y, scale) => forwardTile.Run(new(x.View, y.View, scale.View, shape, parameters));
            var scratch = new WorkerScratch(session, "normalisation across channels", AcrossChannelsNormBackwardTile.ScratchLength(shape, parameters.Size));
            backward = (x, y, scale, dy, dx) => backwardTile.Run(new(x.View, y.View, scale.View, dy.View, dx.View, shape, parameters, scratch));
        }
        else
        {
            var accelerator = session.Accelerator;
            var forwardKernel = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, Shape, LocalResponseNormParameters>(AcrossChannelsNormKernels.Forward);
            var backwardKernel = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, Shape, LocalResponseNormParameters>(AcrossChannelsNormKernels.Backward);
            forward = (x, y, scale) => forwardKernel((int)x.Length, x.View, y.View, scale.View, shape, parameters);
            backward = (x, y, scale, dy, dx) => backwardKernel((int)x.Length, x.View, y.View, scale.View, dy.View, dx.View, shape, parameters);
        }
    }

    /// <summary>y = x·S^−β.</summary>
    /// <param name="x">Input.</param>
    /// <param name="y">Output; not x itself, which the backward pass needs.</param>
    /// <param name="scale">Result: S, for the backward pass.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Forward(Tensor x, Tensor y, Tensor scale)
    {
        ShapeException.ThrowUnless("normalisation across channels: x", x.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: y", y.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: scale", scale.Shape, shape);
        forward(x, y, scale);
    }

    /// <summary>dx = dy·S^−β − (2αβ/n)·x·Σ dy·y/S over the n channels around each.</summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass.</param>
    /// <param name="scale">S, as the forward pass wrote it.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; overwritten, and not dy itself.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Backward(Tensor x, Tensor y, Tensor scale, Tensor dy, Tensor dx)
    {
        ShapeException.ThrowUnless("normalisation across channels: x", x.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: y", y.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: scale", scale.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: dy", dy.Shape, shape);
        ShapeException.ThrowUnless("normalisation across channels: dx", dx.Shape, shape);
        backward(x, y, scale, dy, dx);
    }
}

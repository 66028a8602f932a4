using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Local response normalisation within channels, as in Caffe: y = x·S^−β with S = 1 + (α/n²)·Σ x² over the n × n pixels around each, in the same
/// channel; pixels outside the image count as zeros. The parameter k is not used: Caffe always takes 1 here.
/// </summary>
public sealed class WithinChannelNormOp
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
    public WithinChannelNormOp(DeviceSession session, Shape shape, LocalResponseNormParameters parameters)
    {
        parameters.ThrowIfInvalid("normalisation within channels");
        ShapeException.ThrowIfEmpty("normalisation within channels", shape);
        ShapeException.ThrowIfTooLong("normalisation within channels", shape);
        this.shape = shape;
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<WithinChannelNormForwardTile>(session);
            var backwardTile = new TileLauncher<WithinChannelNormBackwardTile>(session);
            var forwardScratch = new WorkerScratch(session, "normalisation within channels", WithinChannelNormForwardTile.ScratchLength(shape, parameters.Size));
            var backwardScratch = new WorkerScratch(session, "normalisation within channels", WithinChannelNormBackwardTile.ScratchLength(shape, parameters.Size));
            forward = (x, y, scale) => forwardTile.Run(new(x.View, y.View, scale.View, shape, parameters, forwardScratch));
            backward = (x, y, scale, dy, dx) => backwardTile.Run(new(x.View, y.View, scale.View, dy.View, dx.View, shape, parameters, backwardScratch));
        }
        else
        {
            var accelerator = session.Accelerator;
            var forwardKernel = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, Shape, LocalResponseNormParameters>(WithinChannelNormKernels.Forward);
            var backwardKernel = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, Shape, LocalResponseNormParameters>(WithinChannelNormKernels.Backward);
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
        ShapeException.ThrowUnless("normalisation within channels: x", x.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: y", y.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: scale", scale.Shape, shape);
        forward(x, y, scale);
    }

    /// <summary>dx = dy·S^−β − (2αβ/n²)·x·Σ dy·y/S over the n × n pixels around each.</summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass.</param>
    /// <param name="scale">S, as the forward pass wrote it.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; overwritten, and not dy itself.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Backward(Tensor x, Tensor y, Tensor scale, Tensor dy, Tensor dx)
    {
        ShapeException.ThrowUnless("normalisation within channels: x", x.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: y", y.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: scale", scale.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: dy", dy.Shape, shape);
        ShapeException.ThrowUnless("normalisation within channels: dx", dx.Shape, shape);
        backward(x, y, scale, dy, dx);
    }
}

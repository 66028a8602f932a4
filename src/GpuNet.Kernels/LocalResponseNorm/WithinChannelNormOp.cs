using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Local response normalisation within channels, as in Caffe: y = x·S^−β with S = 1 + (α/n²)·Σ x² over the n × n pixels around each, in the same
/// channel; pixels outside the image count as zeros. The parameter k is not used: Caffe always takes 1 here.
/// </summary>
public sealed class WithinChannelNormOp : LocalResponseNormOp
{
    private readonly Action<Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, ReluMask> backward;

    /// <summary>Checks the constants and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="shape">Shape of the input and of every other tensor, (N, C, H, W).</param>
    /// <param name="parameters">Window and constants.</param>
    /// <exception cref="ShapeException">The shape is empty or too large.</exception>
    /// <exception cref="ArgumentException">A constant is out of range.</exception>
    public WithinChannelNormOp(DeviceSession session, Shape shape, LocalResponseNormParameters parameters)
        : base("normalisation within channels", shape, parameters)
    {
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<LaneTile<WithinChannelNormForward>>(session);
            var backwardTile = new TileLauncher<LaneTile<WithinChannelNormBackward>>(session);
            LaneBlocks forwardBlocks = WithinChannelNormForward.Blocks(shape, parameters.Size), backwardBlocks = WithinChannelNormBackward.Blocks(shape, parameters.Size);
            forward = (x, y) => forwardTile.Run(new(new(x.View, y.View, shape, parameters), forwardBlocks));
            backward = (x, dy, dx, mask) => backwardTile.Run(new(new(x.View, dy.View, dx.View, mask, shape, parameters), backwardBlocks));
        }
        else if (parameters.Size <= PixelTiles.MostSize)
        {
            var (tiles, config) = PixelTiles.Plan(session.Limits, shape, parameters.Size);
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, PixelTiles, LocalResponseNormParameters>(WithinChannelNormKernels.Forward);
            var backwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ReluMask, PixelTiles, LocalResponseNormParameters>(WithinChannelNormKernels.Backward);
            forward = (x, y) => forwardKernel(config, x.View, y.View, tiles, parameters);
            backward = (x, dy, dx, mask) => backwardKernel(config, x.View, dy.View, dx.View, mask, tiles, parameters);
        }
        else
        {
            var config = session.Limits.Flat((int)shape.Length);
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, Shape, LocalResponseNormParameters>(WithinChannelNormKernels.ForwardOfLarge);
            var backwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ReluMask, Shape, LocalResponseNormParameters>(WithinChannelNormKernels.BackwardOfLarge);
            forward = (x, y) => forwardKernel(config, x.View, y.View, shape, parameters);
            backward = (x, dy, dx, mask) => backwardKernel(config, x.View, dy.View, dx.View, mask, shape, parameters);
        }
    }

    private protected override void LaunchForward(Tensor x, Tensor y) => forward(x, y);

    private protected override void LaunchBackward(Tensor x, Tensor dy, Tensor dx, ReluMask mask) => backward(x, dy, dx, mask);
}

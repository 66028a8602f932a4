using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Local response normalisation across channels, as in Krizhevsky et al. (2012) and Caffe: y = x·S^−β with S = k + (α/n)·Σ x² over the n
/// channels around each, at the same pixel; channels that are not there count as zeros.
/// </summary>
public sealed class AcrossChannelsNormOp : LocalResponseNormOp
{
    private readonly Action<Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, ReluMask> backward;

    /// <summary>Checks the constants and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="shape">Shape of the input and of every other tensor, (N, C, H, W).</param>
    /// <param name="parameters">Window and constants.</param>
    /// <exception cref="ShapeException">The shape is empty or too large.</exception>
    /// <exception cref="ArgumentException">A constant is out of range.</exception>
    public AcrossChannelsNormOp(DeviceSession session, Shape shape, LocalResponseNormParameters parameters)
        : base("normalisation across channels", shape, parameters)
    {
        if (session.UsesTiles)
        {
            var forwardTile = new TileLauncher<AcrossChannelsNormForwardTile>(session);
            var backwardTile = new TileLauncher<AcrossChannelsNormBackwardTile>(session);
            forward = (x, y) => forwardTile.Run(new(x.View, y.View, shape, parameters));
            backward = (x, dy, dx, mask) => backwardTile.Run(new(x.View, dy.View, dx.View, mask, shape, parameters));
        }
        else
        {
            var (walk, config) = ChannelWalk.Plan(session.Limits, shape, parameters.Size, inRegisters: parameters.Size is 3 or 5);
            var forwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ChannelWalk, LocalResponseNormParameters>(
                parameters.Size switch { 3 => AcrossChannelsNormKernels.ForwardOf3, 5 => AcrossChannelsNormKernels.ForwardOf5, _ => AcrossChannelsNormKernels.ForwardOfAny });
            var backwardKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ReluMask, ChannelWalk, LocalResponseNormParameters>(
                parameters.Size switch { 3 => AcrossChannelsNormKernels.BackwardOf3, 5 => AcrossChannelsNormKernels.BackwardOf5, _ => AcrossChannelsNormKernels.BackwardOfAny });
            forward = (x, y) => forwardKernel(config, x.View, y.View, walk, parameters);
            backward = (x, dy, dx, mask) => backwardKernel(config, x.View, dy.View, dx.View, mask, walk, parameters);
        }
    }

    private protected override void LaunchForward(Tensor x, Tensor y) => forward(x, y);

    private protected override void LaunchBackward(Tensor x, Tensor dy, Tensor dx, ReluMask mask) => backward(x, dy, dx, mask);
}

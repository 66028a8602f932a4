using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// Nesterov's accelerated gradient in Caffe's form, in place and flat: the velocity is <see cref="SgdOp"/>'s, and the weight goes on by what the next step would
/// keep of it. Source: Caffe's nesterov_solver; equal to PyTorch's while the rate is constant.
/// </summary>
public sealed class NesterovOp
{
    private readonly UpdateLauncher<NesterovRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    public NesterovOp(DeviceSession session) => update = new(session, "nesterov", "v");

    /// <summary>v′ = momentum·v + rate·g; w ← w − (1 + momentum)·v′ + momentum·v; v ← v′, where g = scale·dw + decay·w.</summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">Share of the velocity that is kept.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <param name="scale">What the gradient is multiplied by first: 1/k of a sum over k batches.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(Tensor w, Tensor v, Tensor dw, double rate, double momentum, double decay, double scale = 1) =>
        update.Run(w, v, dw, new(scale, decay), new(rate, momentum));
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// RMSProp, in place and flat: each weight's rate is divided by the root of a running mean of its squared gradients. Source: Caffe's rmsprop_solver; Tieleman and
/// Hinton, 2012.
/// </summary>
public sealed class RmsPropOp
{
    private readonly UpdateLauncher<RmsPropRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    public RmsPropOp(DeviceSession session) => update = new(session, "rmsprop", "h");

    /// <summary>h ← rmsDecay·h + (1 − rmsDecay)·g²; w ← w − rate·g / (√h + delta), where g = scale·dw + decay·w.</summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="h">Means of squared gradients, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="rmsDecay">Share of the means that is kept.</param>
    /// <param name="delta">What keeps the divisor from 0; above 0.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <param name="scale">What the gradient is multiplied by first: 1/k of a sum over k batches.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(Tensor w, Tensor h, Tensor dw, double rate, double rmsDecay, double delta, double decay, double scale = 1) =>
        update.Run(w, h, dw, new(scale, decay), new(rate, rmsDecay, delta));
}

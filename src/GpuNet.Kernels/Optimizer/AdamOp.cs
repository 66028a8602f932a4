using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// Adam, in place and flat: a running mean of each weight's gradients, divided by the root of a running mean of their squares, both freed of their bias to the
/// zero that they begin at. Source: Caffe's adam_solver; Kingma and Ba, arXiv 1412.6980, in the order of its §2 (delta joins the root before the correction).
/// </summary>
public sealed class AdamOp
{
    private readonly PairUpdateLauncher<AdamRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    public AdamOp(DeviceSession session) => update = new(session, "adam", "m", "v");

    /// <summary>
    /// m ← momentum·m + (1 − momentum)·g; v ← momentum2·v + (1 − momentum2)·g²; w ← w − rate·√(1 − momentum2ᵗ) / (1 − momentumᵗ)·m / (√v + delta), where
    /// t = iteration + 1 and g = scale·dw + decay·w.
    /// </summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="m">Means of gradients, updated; zero before the first iteration.</param>
    /// <param name="v">Means of squared gradients, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">β₁: share of the means of gradients that is kept, below 1.</param>
    /// <param name="momentum2">β₂: share of the means of squared gradients that is kept, below 1.</param>
    /// <param name="delta">What keeps the divisor from 0; above 0.</param>
    /// <param name="iteration">Updates made since the means were zero.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <param name="scale">What the gradient is multiplied by first: 1/k of a sum over k batches.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(
        Tensor w, Tensor m, Tensor v, Tensor dw, double rate, double momentum, double momentum2, double delta, long iteration, double decay, double scale = 1)
    {
        double correction = Math.Sqrt(1 - Math.Pow(momentum2, iteration + 1)) / (1 - Math.Pow(momentum, iteration + 1));
        update.Run(w, m, v, dw, new(scale, decay), new(rate * correction, momentum, momentum2, delta));
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// AdaDelta, in place and flat: each weight's step has the size of its steps so far. Source: Caffe's adadelta_solver; Zeiler, arXiv 1212.5701, whose rate is 1.
/// </summary>
public sealed class AdaDeltaOp
{
    private readonly PairUpdateLauncher<AdaDeltaRule> update;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    public AdaDeltaOp(DeviceSession session) => update = new(session, "adadelta", "h", "u");

    /// <summary>
    /// h ← momentum·h + (1 − momentum)·g²; d = g·√((u + delta) / (h + delta)); u ← momentum·u + (1 − momentum)·d²; w ← w − rate·d, where g = scale·dw + decay·w.
    /// </summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="h">Means of squared gradients, updated; zero before the first iteration.</param>
    /// <param name="u">Means of squared steps at rate 1, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">Share of the means that is kept: Caffe's name for Zeiler's ρ.</param>
    /// <param name="delta">What the first steps begin with, and what keeps the divisor from 0; above 0.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <param name="scale">What the gradient is multiplied by first: 1/k of a sum over k batches.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(Tensor w, Tensor h, Tensor u, Tensor dw, double rate, double momentum, double delta, double decay, double scale = 1) =>
        update.Run(w, h, u, dw, new(scale, decay), new(rate, momentum, delta));
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// Stochastic gradient descent with momentum and L2 weight decay, in place and flat: one launch updates a tensor of any shape. The learning
/// rate is an argument of the launch, so a rate that changes each iteration costs nothing. The two forms take the same first step and
/// stay equal up to rounding while the rate is constant; they differ exactly when it changes.
/// </summary>
public sealed class SgdOp
{
    private readonly UpdateLauncher<SgdRule> caffe;
    private readonly UpdateLauncher<TorchSgdRule> torch;

    /// <summary>Loads the kernels.</summary>
    /// <param name="session">The device.</param>
    public SgdOp(DeviceSession session)
    {
        caffe = new(session, "sgd", "v");
        torch = new(session, "sgd", "v");
    }

    /// <summary>
    /// Caffe's form, with the rate inside the velocity: v ← momentum·v + rate·g; w ← w − v, where g = scale·dw + decay·w. What the velocity holds keeps the
    /// rate that it was added with.
    /// </summary>
    /// <param name="w">Weights, updated.</param>
    /// <param name="v">Velocity, updated; zero before the first iteration.</param>
    /// <param name="dw">Gradient of the weights.</param>
    /// <param name="rate">Learning rate of this iteration, times the parameter's rate multiplier.</param>
    /// <param name="momentum">Share of the velocity that is kept.</param>
    /// <param name="decay">L2 weight decay, times the parameter's decay multiplier.</param>
    /// <param name="scale">What the gradient is multiplied by first: 1/k of a sum over k batches.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void Update(Tensor w, Tensor v, Tensor dw, double rate, double momentum, double decay, double scale = 1) =>
        caffe.Run(w, v, dw, new(scale, decay), new(rate, momentum));

    /// <summary>
    /// PyTorch's form, with the rate outside the velocity: v ← momentum·v + g; w ← w − rate·v, where g = scale·dw + decay·w. A new rate acts on all that the
    /// velocity holds.
    /// </summary>
    /// <inheritdoc cref="Update"/>
    public void UpdateTorch(Tensor w, Tensor v, Tensor dw, double rate, double momentum, double decay, double scale = 1) =>
        torch.Run(w, v, dw, new(scale, decay), new(rate, momentum));
}

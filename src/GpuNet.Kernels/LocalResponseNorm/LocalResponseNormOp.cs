using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Local response normalisation y = x·S^−β; <see cref="AcrossChannelsNormOp"/> and <see cref="WithinChannelNormOp"/> say what S sums over.</summary>
public abstract class LocalResponseNormOp
{
    // Put together once: a launch allocates nothing.
    private readonly (string X, string Y, string DY, string DX, string Mask) names;
    private readonly Shape shape;

    private protected LocalResponseNormOp(string name, Shape shape, LocalResponseNormParameters parameters)
    {
        parameters.ThrowIfInvalid(name);
        ShapeException.ThrowIfEmpty(name, shape);
        ShapeException.ThrowIfTooLong(name, shape);
        names = ($"{name}: x", $"{name}: y", $"{name}: dy", $"{name}: dx", $"{name}: mask");
        this.shape = shape;
    }

    /// <summary>y = x·S^−β.</summary>
    /// <param name="x">Input.</param>
    /// <param name="y">Output; not x itself, which the backward pass needs.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Forward(Tensor x, Tensor y)
    {
        ShapeException.ThrowUnless(names.X, x.Shape, shape);
        ShapeException.ThrowUnless(names.Y, y.Shape, shape);
        LaunchForward(x, y);
    }

    /// <summary>
    /// dx = dy·S^−β − (2αβ/m)·x·Σ dy·y/S over the m values that S sums over. S and y are computed again from x, which costs less than to
    /// keep and read them.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; overwritten, and not dy itself.</param>
    /// <param name="mask">The ReLU's output if this layer's input is one's, of dx's shape: where it is not above 0, dx becomes 0.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Backward(Tensor x, Tensor dy, Tensor dx, Tensor? mask = null)
    {
        ShapeException.ThrowUnless(names.X, x.Shape, shape);
        ShapeException.ThrowUnless(names.DY, dy.Shape, shape);
        ShapeException.ThrowUnless(names.DX, dx.Shape, shape);
        if (mask is { } relu)
            ShapeException.ThrowUnless(names.Mask, relu.Shape, shape);
        LaunchBackward(x, dy, dx, ReluMask.Of(mask, dx));
    }

    private protected abstract void LaunchForward(Tensor x, Tensor y);

    private protected abstract void LaunchBackward(Tensor x, Tensor dy, Tensor dx, ReluMask mask);
}

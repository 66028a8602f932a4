using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Local response normalisation y = x·S^−β; <see cref="AcrossChannelsNormOp"/> and <see cref="WithinChannelNormOp"/> say what S sums over.</summary>
public abstract class LocalResponseNormOp
{
    // Put together once: a launch allocates nothing.
    private readonly (string X, string Y, string Scale, string DY, string DX, string Mask) names;
    private readonly Shape shape;

    private protected LocalResponseNormOp(string name, Shape shape, LocalResponseNormParameters parameters)
    {
        parameters.ThrowIfInvalid(name);
        ShapeException.ThrowIfEmpty(name, shape);
        ShapeException.ThrowIfTooLong(name, shape);
        names = ($"{name}: x", $"{name}: y", $"{name}: scale", $"{name}: dy", $"{name}: dx", $"{name}: mask");
        this.shape = shape;
    }

    /// <summary>y = x·S^−β.</summary>
    /// <param name="x">Input.</param>
    /// <param name="y">Output; not x itself, which the backward pass needs.</param>
    /// <param name="scale">Result: S, for the backward pass.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Forward(Tensor x, Tensor y, Tensor scale)
    {
        ThrowUnlessFits(x, y, scale);
        LaunchForward(x, y, scale);
    }

    /// <summary>dx = dy·S^−β − (2αβ/m)·x·Σ dy·y/S over the m values that S sums over.</summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass.</param>
    /// <param name="scale">S, as the forward pass wrote it.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; overwritten, and not dy itself.</param>
    /// <param name="mask">The ReLU's output if this layer's input is one's, of dx's shape: where it is not above 0, dx becomes 0.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Backward(Tensor x, Tensor y, Tensor scale, Tensor dy, Tensor dx, Tensor? mask = null)
    {
        ThrowUnlessFits(x, y, scale);
        ShapeException.ThrowUnless(names.DY, dy.Shape, shape);
        ShapeException.ThrowUnless(names.DX, dx.Shape, shape);
        if (mask is { } relu)
            ShapeException.ThrowUnless(names.Mask, relu.Shape, shape);
        LaunchBackward(x, y, scale, dy, dx, ReluMask.Of(mask, dx));
    }

    private protected abstract void LaunchForward(Tensor x, Tensor y, Tensor scale);

    private protected abstract void LaunchBackward(Tensor x, Tensor y, Tensor scale, Tensor dy, Tensor dx, ReluMask mask);

    private void ThrowUnlessFits(Tensor x, Tensor y, Tensor scale)
    {
        ShapeException.ThrowUnless(names.X, x.Shape, shape);
        ShapeException.ThrowUnless(names.Y, y.Shape, shape);
        ShapeException.ThrowUnless(names.Scale, scale.Shape, shape);
    }
}

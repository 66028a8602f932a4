using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The sizes of an inner product (fully connected) layer: y = x·Wᵀ + b, with each image of x taken as one row.</summary>
/// <param name="Input">Shape of x: (N, C, H, W).</param>
/// <param name="Outputs">Values of each image's output.</param>
public readonly record struct InnerProductGeometry(Shape Input, int Outputs)
{
    /// <summary>The shape of the weights: Outputs × C·H·W.</summary>
    public Shape Weights => Shape.Matrix(Outputs, Input.ImageSize);

    /// <summary>The shape of the bias: one value an output.</summary>
    public Shape Bias => Shape.Vector(Outputs);

    /// <summary>The shape of the output: N × Outputs.</summary>
    public Shape Output => Shape.Matrix(Input.N, Outputs);

    /// <summary>y (N × Outputs) = x·Wᵀ.</summary>
    internal MatrixMultiplyGeometry Forward => new(Input.N, Outputs, Input.ImageSize, TransposeA: false, TransposeB: true);

    /// <summary>dx (N × C·H·W) = dy·W.</summary>
    internal MatrixMultiplyGeometry BackwardData => new(Input.N, Input.ImageSize, Outputs, TransposeA: false, TransposeB: false);

    /// <summary>dW (Outputs × C·H·W) = dyᵀ·x.</summary>
    internal MatrixMultiplyGeometry BackwardWeights => new(Outputs, Input.ImageSize, Input.N, TransposeA: true, TransposeB: false);

    /// <summary>Throws unless there is something to multiply.</summary>
    /// <param name="who">The op or layer, for the message.</param>
    /// <exception cref="ShapeException">A size is below 1, or a tensor has more than 2³¹ − 2¹⁶ values.</exception>
    public void ThrowIfInvalid(string who)
    {
        if (Outputs < 1)
            throw new ShapeException($"{who}: {Outputs} outputs; there must be at least 1. Give the number of output values.");
        ShapeException.ThrowIfEmpty(who, Input);
        ShapeException.ThrowIfTooLong(who, Input, Weights, Output);
    }
}

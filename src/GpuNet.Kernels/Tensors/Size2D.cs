namespace GpuNet.Kernels.Tensors;

/// <summary>A height and a width in pixels: of a filter, a stride, a padding or a dilation. An <c>int</c> converts to a square.</summary>
/// <param name="Height">Pixels along H.</param>
/// <param name="Width">Pixels along W.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>Makes a square of the given side.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>Reads as <c>5×3</c>: height, then width.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Height}×{Width}";
}

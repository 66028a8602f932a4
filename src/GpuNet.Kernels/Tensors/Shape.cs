namespace GpuNet.Kernels.Tensors;

/// <summary>The shape of a tensor: rank 4, NCHW, row-major, so W varies fastest. A matrix of N rows and C columns is (N, C, 1, 1).</summary>
/// <param name="N">Images in the batch.</param>
/// <param name="C">Channels.</param>
/// <param name="H">Rows of a channel.</param>
/// <param name="W">Columns of a channel.</param>
public readonly record struct Shape(int N, int C, int H, int W)
{
    /// <summary>Values of one channel of one image: H·W.</summary>
    public int PlaneSize => H * W;

    /// <summary>Values of one image: C·H·W.</summary>
    public int ImageSize => C * H * W;

    /// <summary>Values in all: N·C·H·W.</summary>
    public long Length => (long)N * C * H * W;

    /// <summary>The shape of a matrix.</summary>
    /// <param name="rows">Rows, along N.</param>
    /// <param name="columns">Columns, along C.</param>
    /// <returns>(rows, columns, 1, 1).</returns>
    public static Shape Matrix(int rows, int columns) => new(rows, columns, 1, 1);

    /// <summary>The shape of one value for each channel, such as a bias.</summary>
    /// <param name="channels">The number of values.</param>
    /// <returns>(1, channels, 1, 1).</returns>
    public static Shape Vector(int channels) => new(1, channels, 1, 1);

    /// <summary>The same image shape with another batch size.</summary>
    /// <param name="n">Images in the batch.</param>
    /// <returns>(n, C, H, W).</returns>
    public Shape WithBatch(int n) => this with { N = n };

    /// <summary>Reads as <c>100×32×16×16</c>: N, C, H, W.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{N}×{C}×{H}×{W}";
}

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// The tile of a product that one group of threads computes, and the terms that it takes at a time. Sizes are powers of two and
/// given by their logarithms, since kernels shift: ILGPU turns divisions into shifts that are wrong below 0.
/// </summary>
internal interface IGemmBlock
{
    static abstract int RowBits { get; }

    static abstract int ColumnBits { get; }

    static abstract int DepthBits { get; }
}

internal readonly struct Block128x128x8 : IGemmBlock
{
    public static int RowBits => 7;

    public static int ColumnBits => 7;

    public static int DepthBits => 3;
}

internal readonly struct Block128x128x16 : IGemmBlock
{
    public static int RowBits => 7;

    public static int ColumnBits => 7;

    public static int DepthBits => 4;
}

internal readonly struct Block64x64x8 : IGemmBlock
{
    public static int RowBits => 6;

    public static int ColumnBits => 6;

    public static int DepthBits => 3;
}

internal readonly struct Block64x64x16 : IGemmBlock
{
    public static int RowBits => 6;

    public static int ColumnBits => 6;

    public static int DepthBits => 4;
}

internal readonly struct Block32x32x8 : IGemmBlock
{
    public static int RowBits => 5;

    public static int ColumnBits => 5;

    public static int DepthBits => 3;
}

internal readonly struct Block32x32x16 : IGemmBlock
{
    public static int RowBits => 5;

    public static int ColumnBits => 5;

    public static int DepthBits => 4;
}

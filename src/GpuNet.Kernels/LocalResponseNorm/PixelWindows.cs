using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>The pixels that a normalisation within channels keeps in lanes: a block, and those around it that lie in the image.</summary>
/// <param name="Rows">Their rows.</param>
/// <param name="Columns">Their columns.</param>
internal readonly record struct PixelWindows(Share Rows, Share Columns)
{
    /// <summary>Pixels in all.</summary>
    public nint Count => (nint)Rows.Length * Columns.Length;

    /// <summary>A block and what lies within a distance of it.</summary>
    public static PixelWindows Around(LaneBlock block, Shape shape, int distance) => new(
        new(Math.Max(block.Row - distance, 0), Math.Min(block.Row + block.Rows + distance, shape.H)),
        new(Math.Max(block.Column - distance, 0), Math.Min(block.Column + block.Columns + distance, shape.W)));

    /// <summary>The most pixels that lie within a distance of a block.</summary>
    public static long Most(Shape shape, int rows, int columns, int distance) =>
        Math.Min(rows + 2L * distance, shape.H) * Math.Min(columns + 2L * distance, shape.W);

    /// <summary>The first pixel in the tensor.</summary>
    public int Start(LaneBlock block, Shape shape) => block.Plane * shape.PlaneSize + Rows.Begin * shape.W + Columns.Begin;

    /// <summary>Which of these pixels one of the plane is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset(int h, int w) => (nint)(h - Rows.Begin) * Columns.Length + w - Columns.Begin;

    /// <summary>Whether a pixel of the plane is one of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int h, int w) => h >= Rows.Begin && h < Rows.End && w >= Columns.Begin && w < Columns.End;

    /// <summary>For each of these columns, sums the rows from <paramref name="h"/> − half to h + half.</summary>
    /// <param name="lanes">The pixels' values.</param>
    /// <param name="shape">The image's shape.</param>
    /// <param name="h">The row in the middle.</param>
    /// <param name="half">Rows on each side of it.</param>
    /// <param name="squares">Whether their squares are summed.</param>
    /// <param name="down">Gets the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumDown<S, V>(ref readonly float lanes, Shape shape, int h, int half, bool squares, ref float down)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint pitch = (nint)Columns.Length * S.Width, top = (Math.Max(h - half, 0) - Rows.Begin) * pitch, bottom = (Math.Min(h + half, shape.H - 1) - Rows.Begin) * pitch;
        for (nint i = 0; i < pitch; i += S.Width)
        {
            V sum = S.Broadcast(0f);
            for (nint row = top; row <= bottom; row += pitch)
            {
                V value = S.Load(in lanes, row + i);
                sum = squares ? S.MultiplyAdd(value, value, sum) : S.Add(sum, value);
            }
            S.Store(sum, ref down, i);
        }
    }

    /// <summary>The sum of the columns from <paramref name="w"/> − half to w + half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V SumAcross<S, V>(ref readonly float down, Shape shape, int w, int half)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint column = (nint)(Math.Max(w - half, 0) - Columns.Begin) * S.Width, right = (nint)(Math.Min(w + half, shape.W - 1) - Columns.Begin) * S.Width;
        V sum = S.Load(in down, column);
        while (column < right)
        {
            column += S.Width;
            sum = S.Add(sum, S.Load(in down, column));
        }
        return sum;
    }
}

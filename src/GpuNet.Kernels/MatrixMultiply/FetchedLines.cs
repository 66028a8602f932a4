using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Rows of a matrix that are asked for little by little: at every request two cache lines of each of some rows.</summary>
internal readonly unsafe struct FetchedLines
{
    private readonly float* first;
    private readonly nint step, stride;
    private readonly int rows;

    private FetchedLines(float* first, nint step, nint stride, int rows)
    {
        this.first = first;
        this.step = step;
        this.stride = stride;
        this.rows = rows;
    }

    /// <summary>Rows one below the other.</summary>
    /// <param name="first">The first value. It must not move; any address will do.</param>
    /// <param name="stride">Values from a row to the next.</param>
    /// <param name="rows">Rows of a request.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FetchedLines Of(ref float first, nint stride, int rows) => new((float*)Unsafe.AsPointer(ref first), rows * stride, stride, rows);

    /// <summary>Rows for a share of a panel of an operand.</summary>
    /// <param name="lines">Lines of the panel: rows of op(A) or columns of op(B).</param>
    /// <param name="isAlongDepth">Whether the matrix's rows run along the terms of a sum, so that they are the lines.</param>
    /// <param name="shares">Shares that the panel is asked for in.</param>
    public static int RowsOfShare(int lines, bool isAlongDepth, int shares) => ((isAlongDepth ? lines : TileFetches.Terms) - 1) / shares + 1;

    /// <summary>A share of a panel of an operand.</summary>
    /// <param name="matrix">The operand's first value.</param>
    /// <param name="pitch">Values from one of its rows to the next.</param>
    /// <param name="isAlongDepth">Whether its rows run along the terms of a sum.</param>
    /// <param name="line">The panel's first line.</param>
    /// <param name="lines">Lines of the panel.</param>
    /// <param name="k">The panel's first term.</param>
    /// <param name="share">Which share.</param>
    /// <param name="rows">What <see cref="RowsOfShare"/> says.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FetchedLines OfPanel(ref float matrix, nint pitch, bool isAlongDepth, int line, int lines, int k, int share, int rows)
    {
        int begin = share * rows;
        return isAlongDepth
            ? new((float*)Unsafe.AsPointer(ref matrix) + ((line + begin) * pitch + k), TileFetches.Terms, pitch, Math.Min(rows, lines - begin))
            : new((float*)Unsafe.AsPointer(ref matrix) + ((k + begin) * pitch + line), TileFetches.Terms * pitch, pitch, Math.Min(rows, TileFetches.Terms - begin));
    }

    /// <summary>Makes a request.</summary>
    /// <param name="k">The term: a multiple of <see cref="TileFetches.Terms"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(nint k)
    {
        float* at = first + k / TileFetches.Terms * step;
        for (int row = 0; row < rows; row++)
        {
            Prefetch.NearLine(ref *at);
            Prefetch.NearLine(ref at[CacheLine.Length]);
            at += stride;
        }
    }
}

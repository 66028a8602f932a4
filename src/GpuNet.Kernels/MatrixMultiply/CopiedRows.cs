using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Rows are copies of a matrix's rows, one after the other; vectors are packed, [terms][2 vectors].</summary>
internal readonly struct CopiedRows : ITermLayout
{
    /// <summary>Values from a row to the next: a slice's terms, and a cache line so that the rows fall on different sets of a cache.</summary>
    public const int Stride = MatrixBlocks.MaxDepth + CacheLine.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height)
    {
        TileFetches.Ask(ref offsets, k);
        return k;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(nint width) => Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => k * columns;
}

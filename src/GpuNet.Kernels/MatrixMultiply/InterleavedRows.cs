using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Rows are packed, [terms][<see cref="Pitch"/> of a tile's height]; vectors are, [terms][2 vectors].</summary>
internal readonly struct InterleavedRows : ITermLayout
{
    /// <summary>Values from a term to the next: a cache line or half of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pitch(nint height) => height > CacheLine.Length / 2 ? CacheLine.Length : CacheLine.Length / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height)
    {
        TileFetches.Ask(ref offsets, k);
        return k * Pitch(height);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(nint width) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => k * columns;
}

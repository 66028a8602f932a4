using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>Rows lie a vector apart and are gathered by offsets: the tiles of an image with channels in the lanes. Vectors are packed,
/// [terms][2 vectors].</summary>
internal readonly struct SpacedRows : ITermLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height) => Unsafe.Add(ref offsets, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(nint width) => width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => k * columns;
}

using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>Rows are neighbours gathered by offsets, such as the pixels of an image; vectors are packed, [terms][2 vectors].</summary>
internal readonly struct OffsetRows : ITermLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height) => Unsafe.Add(ref offsets, k);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(nint width) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => k * columns;
}

using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles.Registers;

/// <summary>Rows are packed, [terms][height]; vectors are gathered by offsets: weights over the pixels of an image.</summary>
internal readonly struct OffsetVectors : ITermLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height) => k * height;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RowStride(nint width) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => Unsafe.Add(ref offsets, k);
}

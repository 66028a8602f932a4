using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>a is a packed panel, [terms][height]; b is gathered by offsets: weights over the pixels of an image.</summary>
internal readonly struct OffsetVectors : ITermLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rows(ref int offsets, nint k, nint height) => k * height;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Vectors(ref int offsets, nint k, nint columns) => Unsafe.Add(ref offsets, k);
}

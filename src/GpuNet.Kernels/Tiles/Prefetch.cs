using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNet.Kernels.Tiles;

/// <summary>Asks for memory that a tile will need soon, where the processor takes such hints. Any address will do.</summary>
internal static class Prefetch
{
    /// <summary>Asks the second-level cache for the line that a value stands in. The value must not move: it stands in an arena.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line(ref float value)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(Unsafe.AsPointer(ref value));
    }

    /// <summary>Asks the first-level cache for the line that a value stands in. The value must not move: it stands in an arena.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void NearLine(ref float value)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
    }
}

using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>Some kilobytes of a worker's stack in which a tile keeps what it is working on, beginning at a cache line.</summary>
internal static unsafe class StackRoom
{
    /// <summary>Values to allocate beside those that are used.</summary>
    public const int Slack = CacheLine.Length;

    private const nuint LineBytes = CacheLine.Length * sizeof(float);

    /// <summary>The first value at the start of a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref float Align(float* room) => ref *(float*)(((nuint)room + LineBytes - 1) / LineBytes * LineBytes);
}

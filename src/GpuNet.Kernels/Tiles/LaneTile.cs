using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// A tile that works with one plane a lane: a block of rows of as many planes as a vector has lanes is transposed into the first cache, so
/// that whatever the size of the images, every lane is in use and nothing has to be shifted or masked at their edges; the results are
/// transposed back. Transposing costs about four instructions a vector.
/// </summary>
/// <typeparam name="T">What is done with a block.</typeparam>
/// <param name="work">What is done with a block.</param>
/// <param name="blocks">The blocks, which are split over the workers.</param>
internal readonly struct LaneTile<T>(T work, LaneBlocks blocks) : ITile
    where T : struct, ILaneWork
{
    private const int StackValues = 24 * 1024;

    private readonly T work = work;
    private readonly LaneBlocks blocks = blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public unsafe void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Only windows of a thousand pixels and more do not fit on the stack.
        float* stack = stackalloc float[StackValues + StackRoom.Slack];
        float* heap = blocks.Room <= StackValues ? null : (float*)NativeMemory.Alloc((nuint)(blocks.Room + StackRoom.Slack), sizeof(float));
        try
        {
            ref float room = ref StackRoom.Align(heap == null ? stack : heap);
            var share = Share.Of(blocks.Count(S.Width), worker, workers);
            for (int i = share.Begin; i < share.End; i++)
                work.Run<S, V>(blocks.At(i, S.Width), ref room);
        }
        finally
        {
            NativeMemory.Free(heap);
        }
    }
}

using ILGPU;

namespace GpuNet.Kernels.Reductions;

/// <summary>
/// Reductions over the lanes of a group, in shared memory: lane i takes what lane i + half has, for half = lanes/2, lanes/4, … 1. The order is fixed by
/// the number of lanes, so the same launch gives the same bits. Shuffles within a warp would save some barriers, but OpenCL has none without an
/// extension, and the warps of devices differ.
/// </summary>
internal static class GroupTree
{
    /// <summary>Reduces; every thread of the group must call it.</summary>
    /// <param name="room">Shared memory, a place for each thread; not to be used again without a barrier.</param>
    /// <param name="thread">The thread's place.</param>
    /// <param name="lane">Which lane of those that are reduced it is; their places follow each other.</param>
    /// <param name="lanes">A power of two.</param>
    /// <param name="value">The thread's value.</param>
    /// <returns>The result, for all lanes.</returns>
    public static T Reduce<T, TOperation>(ArrayView<T> room, int thread, int lane, int lanes, T value)
        where T : unmanaged
        where TOperation : struct, IReduction<T>
    {
        room[thread] = value;
        Group.Barrier();
        // Unsigned: a signed shift looks like ILGPU's wrong division by a power of two.
        for (uint half = (uint)lanes >> 1; half > 0; half >>= 1)
        {
            if (lane < (int)half)
                room[thread] = TOperation.Of(room[thread], room[thread + (int)half]);
            Group.Barrier();
        }
        return room[thread - lane];
    }
}

using System.Runtime.CompilerServices;

namespace GpuNet.Kernels.Tiles;

/// <summary>Transposes a block of rows of which there may be fewer than a vector has lanes: rows that do not exist are not read.</summary>
internal static class LaneTranspose
{
    /// <summary><c>destination[i][lane] = source[lane][i]</c> for a vector of i; 0 in the lanes of rows that do not exist.</summary>
    /// <param name="source">The first row; a whole vector of each row is read.</param>
    /// <param name="sourceStride">Values from a row to the next.</param>
    /// <param name="lanes">Rows that there are, perhaps more than a vector has lanes.</param>
    /// <param name="destination">Where the block goes.</param>
    /// <param name="destinationStride">Values from a vector of the block to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<S, V>(ref float source, nint sourceStride, int lanes, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (lanes >= S.Width)
        {
            S.Transpose(in source, sourceStride, ref destination, destinationStride, S.Width);
            return;
        }

        for (int lane = 0; lane < S.Width; lane++)
            S.Store(lane < lanes ? S.Load(in source, lane * sourceStride) : S.Broadcast(0f), ref destination, lane * destinationStride);
        S.Transpose(in destination, destinationStride, ref destination, destinationStride, S.Width);
    }
}

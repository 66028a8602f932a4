using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>Transposes a block of rows of which there may be fewer than a vector has lanes: rows that do not exist are not read.</summary>
internal static class LaneTranspose
{
    /// <summary>destination[i][lane] = source[lane][i] for the lanes that there are; the others are left undefined.</summary>
    /// <param name="source">The first row; a whole vector of each row is read.</param>
    /// <param name="stride">Values from a row to the next.</param>
    /// <param name="lanes">Rows that there are, perhaps more than a vector has lanes.</param>
    /// <param name="rows">Room for a block.</param>
    /// <param name="destination">Where the block goes, its vectors next to each other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<S, V>(ref float source, nint stride, int lanes, ref float rows, ref float destination)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (lanes >= S.Width)
        {
            S.Transpose(in source, stride, ref destination, S.Width, S.Width);
            return;
        }

        for (int lane = 0; lane < lanes; lane++)
            S.Store(S.Load(in source, lane * stride), ref rows, lane * S.Width);
        S.Transpose(in rows, S.Width, ref destination, S.Width, S.Width);
    }
}

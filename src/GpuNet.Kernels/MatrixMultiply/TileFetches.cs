using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using GpuNet.Kernels.Tiles.Registers;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// What a register tile asks memory for while it computes, so that it is there for the tiles after it. It asks for a little every
/// <see cref="Terms"/> terms: all at once would hold up its own loads.
/// </summary>
internal struct TileFetches
{
    /// <summary>Terms from one request to the next: two cache lines of a row.</summary>
    public const int Terms = 2 * CacheLine.Length;

    public FetchedLines Left, Right, Result;

    /// <summary>Asks for what is due at term k.</summary>
    /// <param name="offsets">The place of a <see cref="TileFetches"/>, as a <see cref="ITermLayout"/> gets it.</param>
    /// <param name="k">The term.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(ref int offsets, nint k)
    {
        if (k % Terms != 0)
            return;
        ref var fetches = ref Unsafe.As<int, TileFetches>(ref offsets);
        fetches.Left.Ask(k);
        fetches.Right.Ask(k);
        fetches.Result.Ask(k);
    }
}

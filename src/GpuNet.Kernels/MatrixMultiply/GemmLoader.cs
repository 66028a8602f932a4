using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// Brings an operand's tiles through a thread's registers to shared memory. There, the lines of a term lie side by side, and the next term's follow
/// after a gap of one Quad, which spreads the stores over the banks. The arguments called bits are logarithms, and constants of the kernel.
/// </summary>
internal static class GemmLoader
{
    /// <summary>Floats of shared memory from one term to the next.</summary>
    public static int Pitch(int lineBits) => (1 << lineBits) + 4;

    /// <summary>Logarithm of the terms that the group loads at once, a Quad a thread: a tile is one or two such slices.</summary>
    public static int SliceBits(int lineBits, int threadBits) => threadBits + 2 - lineBits;

    /// <summary>The thread's line in a tile, or the first of its four.</summary>
    public static int Line<TOperand>(int thread, int lineBits, int sliceBits)
        where TOperand : struct, IGemmOperand
    {
        if (TOperand.Access == GemmAccess.AlongDepth)
            return thread >>> sliceBits - 2;
        if (TOperand.Access == GemmAccess.QuadsAlongDepth)
            return thread >>> sliceBits << 2;
        return TOperand.Access == GemmAccess.AlongLines ? thread & (1 << lineBits) - 1 : (thread & (1 << lineBits - 2) - 1) << 2;
    }

    /// <summary>The thread's first term in a tile.</summary>
    public static int Term<TOperand>(int thread, int lineBits, int sliceBits)
        where TOperand : struct, IGemmOperand
    {
        if (TOperand.Access == GemmAccess.AlongDepth)
            return (thread & (1 << sliceBits - 2) - 1) << 2;
        if (TOperand.Access == GemmAccess.QuadsAlongDepth)
            return thread & (1 << sliceBits) - 1;
        return TOperand.Access == GemmAccess.AlongLines ? thread >>> lineBits << 2 : thread >>> lineBits - 2;
    }

    /// <summary>Loads the thread's values of a tile, so many terms after the first tile.</summary>
    public static GemmFetch Load<TOperand>(ref TOperand operand, int after, int depthBits, int sliceBits)
        where TOperand : struct, IGemmOperand
    {
        GemmFetch fetch = default;
        fetch.First = operand.Load(after);
        if (depthBits > sliceBits)
            fetch.Second = operand.Load(after + (1 << sliceBits));
        return fetch;
    }

    /// <summary>Stores them.</summary>
    /// <param name="fetch">The values.</param>
    /// <param name="quads">The thread's place in the first tile in shared memory.</param>
    /// <param name="values">The same place as floats.</param>
    /// <param name="length">Floats of shared memory from there on.</param>
    /// <param name="tile">Which of the two tiles.</param>
    /// <param name="lineBits">Lines of a tile.</param>
    /// <param name="depthBits">Terms of a tile.</param>
    /// <param name="sliceBits">Terms of a slice.</param>
    public static void Store<TOperand>(
        GemmFetch fetch, ref Quad quads, ref float values, int length, int tile, int lineBits, int depthBits, int sliceBits)
        where TOperand : struct, IGemmOperand
    {
        Store<TOperand>(fetch.First, ref quads, ref values, length, tile << depthBits, lineBits);
        if (depthBits > sliceBits)
            Store<TOperand>(fetch.Second, ref quads, ref values, length, (tile << depthBits) + (1 << sliceBits), lineBits);
    }

    private static void Store<TOperand>(Quad fetched, ref Quad quads, ref float values, int length, int term, int lineBits)
        where TOperand : struct, IGemmOperand
    {
        int pitch = Pitch(lineBits), at = term * pitch;
        if (TOperand.Access is GemmAccess.QuadsOfLines or GemmAccess.QuadsAlongDepth)
        {
            SharedMemoryIntrinsics.Store(ref quads, at >>> 2, length >>> 2, fetched);
        }
        else
        {
            SharedMemoryIntrinsics.Store(ref values, at, length, fetched.V0);
            SharedMemoryIntrinsics.Store(ref values, at + pitch, length, fetched.V1);
            SharedMemoryIntrinsics.Store(ref values, at + 2 * pitch, length, fetched.V2);
            SharedMemoryIntrinsics.Store(ref values, at + 3 * pitch, length, fetched.V3);
        }
    }
}

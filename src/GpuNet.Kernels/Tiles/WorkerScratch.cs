using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// Host memory of an op in which each worker keeps some rows while its tile kernel runs: zeroed when it is made, and as the last launch left it
/// after that. Rows may be of any length, which a worker's stack could not hold.
/// </summary>
internal sealed class WorkerScratch
{
    private const int Line = 16;

    private readonly float[] values;
    private readonly int pitch;

    /// <summary>Allocates a part for each worker.</summary>
    /// <param name="session">A CPU session.</param>
    /// <param name="who">The op, for the message.</param>
    /// <param name="length">Values that a worker needs.</param>
    /// <exception cref="ShapeException">There is no array of that length.</exception>
    public WorkerScratch(DeviceSession session, string who, long length)
    {
        // A line more, so that no two workers write to the same one wherever the array starts.
        long room = (length + Line - 1) / Line * Line + Line, total = room * session.Workers;
        if (total > Array.MaxLength)
            throw new ShapeException($"{who}: {session.Workers} workers need {total} values to keep rows in; they may have {Array.MaxLength} at most. Use smaller images or windows.");
        pitch = (int)room;
        values = new float[total];
    }

    /// <summary>The first value of a worker's part.</summary>
    public ref float Of(int worker) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), worker * pitch);
}

namespace GpuNet.Kernels.Devices;

/// <summary>The memory of a simulated GPU, for tests of what does not fit.</summary>
/// <param name="Bytes">Bytes in all.</param>
/// <param name="LargestBuffer">Bytes that one buffer may take; OpenCL devices have such a limit, often a quarter of the memory.</param>
internal readonly record struct SimulatedMemory(long Bytes, long LargestBuffer)
{
    /// <summary>Throws what the runtime throws where memory is short.</summary>
    public void ThrowIfItDoesNotFit(long bytes, long held)
    {
        if (bytes > LargestBuffer || bytes > Bytes - held)
            throw new InsufficientMemoryException($"{bytes} bytes asked for; {Bytes - held} of {Bytes} are free, and a buffer may have {LargestBuffer}.");
    }
}

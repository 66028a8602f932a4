using GpuNet.Kernels.Random;

namespace GpuNet.Verification.References;

/// <summary>Dropout's map by its definition, one number of the stream for each value.</summary>
public static class DropoutReference
{
    /// <summary>What the values are multiplied by: 0 or 1/(1 − ratio).</summary>
    /// <param name="length">Values of the tensor.</param>
    /// <param name="ratio">Share that is dropped.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="iteration">The iteration.</param>
    /// <returns>One factor a value.</returns>
    public static double[] Factors(int length, double ratio, ulong seed, ulong stream, long iteration)
    {
        // An iteration's numbers start at a block of four.
        long start = iteration * ((length + 3) / 4 * 4);
        return [.. Enumerable.Range(0, length).Select(i =>
            Philox.Next(seed, stream, (ulong)(start + i)) / 4294967296.0 < ratio ? 0 : 1 / (1 - ratio))];
    }
}

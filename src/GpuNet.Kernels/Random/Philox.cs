namespace GpuNet.Kernels.Random;

/// <summary>
/// A counter-based generator: the same (seed, stream, index) gives the same number on every device and in any order. Philox4x32-10 of
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Kernels call it too.
/// </summary>
public static class Philox
{
    /// <summary>One 32-bit number.</summary>
    /// <param name="seed">The key: one for a run.</param>
    /// <param name="stream">Tells users of the same seed apart: a layer, a filler, an epoch's shuffle.</param>
    /// <param name="index">The position in the stream.</param>
    /// <returns>A uniformly distributed number.</returns>
    public static uint Next(ulong seed, ulong stream, ulong index)
    {
        uint c0 = (uint)index, c1 = (uint)(index >> 32), c2 = (uint)stream, c3 = (uint)(stream >> 32);
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            uint n0 = (uint)(p1 >> 32) ^ c1 ^ k0, n2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return c0;
    }

    /// <summary>A number in [0, 1) with 24 random bits, exact in float32.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="index">The position in the stream.</param>
    /// <returns>The number.</returns>
    public static float Uniform(ulong seed, ulong stream, ulong index) => (Next(seed, stream, index) >> 8) * (1f / 16777216f);
}

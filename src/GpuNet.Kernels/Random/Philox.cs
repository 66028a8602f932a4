namespace GpuNet.Kernels.Random;

/// <summary>
/// A counter-based generator: the same (seed, stream, index) gives the same number on every device and in any order. Philox4x32-10 of
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A stream is a sequence of blocks of four
/// numbers, so number i is number i mod 4 of block ⌊i/4⌋; who needs neighbours asks for the block. Kernels call <see cref="Block"/>
/// and <see cref="Next"/>; the double-precision numbers are for the host.
/// </summary>
public static class Philox
{
    /// <summary>Four numbers: those at positions 4·<paramref name="block"/> to 4·<paramref name="block"/> + 3 of the stream.</summary>
    /// <param name="seed">The key: one for a run.</param>
    /// <param name="stream">Tells users of the same seed apart: a layer, a filler, an epoch's shuffle. The counter's upper half.</param>
    /// <param name="block">The block. The counter's lower half.</param>
    /// <returns>Uniformly distributed numbers.</returns>
    public static PhiloxBlock Block(ulong seed, ulong stream, ulong block)
    {
        uint c0 = (uint)block, c1 = (uint)(block >> 32), c2 = (uint)stream, c3 = (uint)(stream >> 32);
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

        return new(c0, c1, c2, c3);
    }

    /// <summary>One 32-bit number.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="index">The position in the stream.</param>
    /// <returns>A uniformly distributed number.</returns>
    public static uint Next(ulong seed, ulong stream, ulong index)
    {
        var block = Block(seed, stream, index >> 2);
        uint position = (uint)index & 3;
        return position == 0 ? block.A : position == 1 ? block.B : position == 2 ? block.C : block.D;
    }

    /// <summary>A number in [0, 1) with 53 random bits; for the host.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="block">The block that the bits come from; the other functions use it too, so a stream has one kind of user.</param>
    /// <returns>The number.</returns>
    public static double UniformDouble(ulong seed, ulong stream, ulong block)
    {
        var words = Block(seed, stream, block);
        return Fraction(words.A, words.B);
    }

    /// <summary>A number of the standard normal distribution, by Box and Muller's transform in double precision; for the host.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="block">The block that the bits come from; the other functions use it too, so a stream has one kind of user.</param>
    /// <returns>The number, at most 8.6 in size.</returns>
    public static double Gaussian(ulong seed, ulong stream, ulong block)
    {
        var words = Block(seed, stream, block);
        // 1 − u lies in (0, 1], so the logarithm is finite.
        double radius = Math.Sqrt(-2 * Math.Log(1 - Fraction(words.A, words.B)));
        return radius * Math.Cos(2 * Math.PI * Fraction(words.C, words.D));
    }

    private static double Fraction(uint low, uint high) => (((ulong)high << 32 | low) >> 11) * (1.0 / (1UL << 53));
}

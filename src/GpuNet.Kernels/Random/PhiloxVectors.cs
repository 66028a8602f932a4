using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNet.Kernels.Random;

/// <summary>
/// <see cref="Philox"/> for the CPU's tile kernels, four blocks at a time. A 64-bit lane holds one 32-bit word of a block, with leftovers of
/// the last product in its upper half, which nothing reads. 256 bits are right for every processor: the products of 64-bit lanes bound
/// the speed, and the software fallback of .NET splits the vectors where there is no AVX2.
/// </summary>
internal static class PhiloxVectors
{
    /// <summary>Numbers of a call.</summary>
    public const int Count = 16;

    private static Vector256<ulong> LowHalf => Vector256.Create(0xFFFF_FFFFUL);

    /// <summary>The sixteen numbers of blocks <paramref name="block"/> to <paramref name="block"/> + 3, in the stream's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Blocks(ulong seed, ulong stream, ulong block, out Vector256<uint> first, out Vector256<uint> second)
    {
        var counter = Vector256.Create(block) + Vector256.Create(0UL, 1, 2, 3);
        Vector256<ulong> c0 = counter, c1 = counter >>> 32, c2 = Vector256.Create(stream), c3 = Vector256.Create(stream >> 32);
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            Vector256<ulong> p0 = Product(c0, 0xD2511F53), p1 = Product(c2, 0xCD9E8D57);
            c0 = (p1 >>> 32) ^ c1 ^ Vector256.Create((ulong)k0);
            c2 = (p0 >>> 32) ^ c3 ^ Vector256.Create((ulong)k1);
            c1 = p1;
            c3 = p0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        // Lane j of each pair holds two words of block j: first (ab 0, cd 0, ab 1, cd 1), then those of 2 and 3.
        Vector256<ulong> ab = (c0 & LowHalf) | (c1 << 32), cd = (c2 & LowHalf) | (c3 << 32);
        var even = Vector256.Create(ulong.MaxValue, 0, ulong.MaxValue, 0);
        Vector256<ulong> low = Vector256.Create(0UL, 0, 1, 1), high = Vector256.Create(2UL, 2, 3, 3);
        first = Vector256.ConditionalSelect(even, Vector256.Shuffle(ab, low), Vector256.Shuffle(cd, low)).AsUInt32();
        second = Vector256.ConditionalSelect(even, Vector256.Shuffle(ab, high), Vector256.Shuffle(cd, high)).AsUInt32();
    }

    // The 64-bit product of each lane's lower half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, uint b) => Avx2.IsSupported
        ? Avx2.Multiply(a.AsUInt32(), Vector256.Create((ulong)b).AsUInt32())
        : (a & LowHalf) * Vector256.Create((ulong)b);
}

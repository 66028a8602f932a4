using System.Diagnostics;
using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Devices;

/// <summary>Fused multiply-adds in registers alone, twelve independent chains a worker: the processor's peak.</summary>
/// <param name="rounds">Rounds of twelve vectors.</param>
/// <param name="sink">A place for each worker's result, so that nothing is optimised away.</param>
/// <param name="ticks">What each worker took, by the stopwatch.</param>
internal readonly struct MultiplyAddTile(int rounds, float[] sink, long[] ticks) : ITile
{
    private const int Chains = 12;

    /// <summary>Operations of a worker: a multiply-add counts as two.</summary>
    public static double Operations(int rounds, int width) => 2.0 * Chains * width * rounds;

    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        long start = Stopwatch.GetTimestamp();
        sink[worker] = Chain<S, V>(rounds);
        ticks[worker] = Stopwatch.GetTimestamp() - start;
    }

    // No call may stand in here: the chains would not stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chain<S, V>(int rounds)
        where S : struct, ISimd<V>
        where V : struct
    {
        V a = S.Broadcast(0.999f), b = S.Broadcast(0.001f);
        V c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int round = rounds; round > 0; round--)
        {
            c0 = S.MultiplyAdd(c0, a, b);
            c1 = S.MultiplyAdd(c1, a, b);
            c2 = S.MultiplyAdd(c2, a, b);
            c3 = S.MultiplyAdd(c3, a, b);
            c4 = S.MultiplyAdd(c4, a, b);
            c5 = S.MultiplyAdd(c5, a, b);
            c6 = S.MultiplyAdd(c6, a, b);
            c7 = S.MultiplyAdd(c7, a, b);
            c8 = S.MultiplyAdd(c8, a, b);
            c9 = S.MultiplyAdd(c9, a, b);
            c10 = S.MultiplyAdd(c10, a, b);
            c11 = S.MultiplyAdd(c11, a, b);
        }

        V sum = S.Add(S.Add(S.Add(c0, c1), S.Add(c2, c3)), S.Add(S.Add(c4, c5), S.Add(c6, c7)));
        return S.Sum(S.Add(sum, S.Add(S.Add(c8, c9), S.Add(c10, c11))));
    }
}

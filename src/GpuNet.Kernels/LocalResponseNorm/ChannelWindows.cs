using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>The channels that a normalisation across channels sums over, for the CPU's tiles.</summary>
/// <param name="First">The first channel of the window.</param>
/// <param name="Count">Channels of it that are there.</param>
internal readonly record struct ChannelWindows(int First, int Count)
{
    /// <summary>Values of the backward pass's ring: a part of the first cache.</summary>
    public const int RingValues = 4096;

    private const int LongestRun = 512;

    /// <summary>The window around a channel.</summary>
    public static ChannelWindows Of(int channel, int channels, int size)
    {
        int first = Math.Max(channel - size / 2, 0);
        return new(first, Math.Min(channel + size / 2, channels - 1) - first + 1);
    }

    /// <summary>Pixels of a run, of which a ring holds one for each of <paramref name="slots"/> channels: whole lines, and nearly as many in the last run of a plane.</summary>
    public static int RunOf(int plane, int slots)
    {
        int longest = Math.Clamp(RingValues / slots / CacheLine.Length * CacheLine.Length, CacheLine.Length, LongestRun);
        int runs = (plane + longest - 1) / longest;
        return CacheLine.Fill((plane + runs - 1) / runs);
    }

    /// <summary>Σ x² over a window, at the vector of pixels from <paramref name="pixel"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SumOfSquares<S, V>(ref readonly float x, ChannelWindows window, nint plane, int pixel)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint offset = window.First * plane + pixel;
        if (window.Count == 5)
        {
            V a = S.Load(in x, offset), b = S.Load(in x, offset + plane), c2 = S.Load(in x, offset + 2 * plane), d = S.Load(in x, offset + 3 * plane), e = S.Load(in x, offset + 4 * plane);
            return S.Add(S.MultiplyAdd(a, a, S.MultiplyAdd(b, b, S.Multiply(c2, c2))), S.MultiplyAdd(d, d, S.Multiply(e, e)));
        }
        V value = S.Load(in x, offset);
        V sum = S.Multiply(value, value);
        for (int c = 1; c < window.Count; c++)
        {
            offset += plane;
            value = S.Load(in x, offset);
            sum = S.MultiplyAdd(value, value, sum);
        }
        return sum;
    }
}

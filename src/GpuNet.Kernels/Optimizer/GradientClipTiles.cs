using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>Σ x² on the CPU over blocks of one length, to place first + block: who sums a block does not change its sum.</summary>
internal readonly struct SumSquaresTile(ArrayView<float> values, ArrayView<float> sums, int first) : ITile
{
    /// <summary>Values of a block: few enough for float32, many enough that all blocks' sums are quickly added.</summary>
    public const int Block = 4096;

    private readonly ArrayView<float> values = values, sums = sums;
    private readonly int first = first;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int length = (int)values.Length;
        ref float x = ref values[0];
        var share = Share.Of(LaunchPlan.DivideUp(length, Block), worker, workers);
        for (int block = share.Begin; block < share.End; block++)
        {
            int i = block * Block, end = i + Math.Min(Block, length - i);
            V even = S.Broadcast(0f), odd = even;
            for (; i <= end - 2 * S.Width; i += 2 * S.Width)
            {
                V a = S.Load(in x, i), b = S.Load(in x, i + S.Width);
                even = S.MultiplyAdd(a, a, even);
                odd = S.MultiplyAdd(b, b, odd);
            }

            float sum = S.Sum(S.Add(even, odd));
            for (; i < end; i++)
                sum += Unsafe.Add(ref x, i) * Unsafe.Add(ref x, i);
            sums[first + block] = sum;
        }
    }
}

/// <summary>The factor of the gradients on the CPU: one worker adds the blocks' sums, in their order.</summary>
internal readonly struct ClipFactorTile(ArrayView<float> sums, float most, ArrayView<float> factor) : ITile
{
    private readonly ArrayView<float> sums = sums, factor = factor;
    private readonly float most = most;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (worker > 0)
            return;
        double sum = 0;
        for (int i = 0; i < (int)sums.Length; i++)
            sum += sums[i];
        double norm = Math.Sqrt(sum);
        factor[0] = norm > most && double.IsFinite(norm) ? (float)(most / norm) : 1f;
    }
}

/// <summary>Multiplies by the factor on the CPU, in place; touches nothing where it is 1.</summary>
internal readonly struct ScaleTile(ArrayView<float> values, ArrayView<float> factor) : ITile
{
    private readonly ArrayView<float> values = values, factor = factor;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        float scale = factor[0];
        if (scale == 1f)
            return;
        var share = Share.OfLines((int)values.Length, worker, workers);
        ref float x = ref values[0];
        V scales = S.Broadcast(scale);
        for (int i = share.Begin; i < share.End; i += S.Width)
            S.StoreFirst(S.Multiply(S.Load(in x, i), scales), ref x, i, share.End - i);
    }
}

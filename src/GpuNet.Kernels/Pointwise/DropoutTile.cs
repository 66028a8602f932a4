using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuNet.Kernels.Random;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>Dropout on the CPU. In place if y is x.</summary>
internal readonly struct DropoutTile(
    ulong seed, ulong stream, ulong firstBlock, uint threshold, float scale, ArrayView<float> x, ArrayView<float> y) : ITile
{
    private readonly ulong seed = seed, stream = stream, firstBlock = firstBlock;
    private readonly uint threshold = threshold;
    private readonly float scale = scale;
    private readonly ArrayView<float> x = x, y = y;

    // Written for the width of the random numbers, which take nearly all of the time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Shares begin at a multiple of 16, so at a block.
        var share = Share.OfLines((int)x.Length, worker, workers);
        ref float px = ref x[0], py = ref y[0];
        var thresholds = Vector256.Create(threshold);
        var scales = Vector256.Create(scale);
        int i = share.Begin;
        for (; i <= share.End - PhiloxVectors.Count; i += PhiloxVectors.Count)
        {
            PhiloxVectors.Blocks(seed, stream, firstBlock + (uint)i / 4, out var first, out var second);
            var x0 = Vector256.LoadUnsafe(ref px, (nuint)i) * scales;
            var x1 = Vector256.LoadUnsafe(ref px, (nuint)i + 8) * scales;
            Vector256.AndNot(x0, Vector256.LessThan(first, thresholds).AsSingle()).StoreUnsafe(ref py, (nuint)i);
            Vector256.AndNot(x1, Vector256.LessThan(second, thresholds).AsSingle()).StoreUnsafe(ref py, (nuint)i + 8);
        }

        for (; i < share.End; i++)
            Unsafe.Add(ref py, i) = Philox.Next(seed, stream, 4 * firstBlock + (uint)i) < threshold ? 0f : Unsafe.Add(ref px, i) * scale;
    }
}

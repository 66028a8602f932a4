using System.Runtime.CompilerServices;
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

    // The random numbers take nearly all of the time, and they are four chains of 64-bit integers that no float vector holds: about 2 ns a
    // value and core. The largest dropout of a model here (AlexNet's fc6, 4,096 values an image) takes a thousandth of its step.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Shares begin at a multiple of 16, so at a block.
        var share = Share.OfLines((int)x.Length, worker, workers);
        ref float px = ref x[0], py = ref y[0];
        int i = share.Begin;
        for (; i <= share.End - 4; i += 4)
        {
            var numbers = Philox.Block(seed, stream, firstBlock + (uint)i / 4);
            Unsafe.Add(ref py, i) = Kept(numbers.A, Unsafe.Add(ref px, i));
            Unsafe.Add(ref py, i + 1) = Kept(numbers.B, Unsafe.Add(ref px, i + 1));
            Unsafe.Add(ref py, i + 2) = Kept(numbers.C, Unsafe.Add(ref px, i + 2));
            Unsafe.Add(ref py, i + 3) = Kept(numbers.D, Unsafe.Add(ref px, i + 3));
        }

        for (; i < share.End; i++)
            Unsafe.Add(ref py, i) = Kept(Philox.Next(seed, stream, 4 * firstBlock + (uint)i), Unsafe.Add(ref px, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Kept(uint number, float value) => number < threshold ? 0f : value * scale;
}

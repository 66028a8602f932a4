using System.Runtime.Intrinsics;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Tests.Tiles;

public sealed class TransposeTests
{
    [Test]
    public void A_block_of_512_bit_vectors_is_transposed()
    {
        if (!Vector512.IsHardwareAccelerated)
            Assert.Ignore("No 512-bit vectors here.");
        Check<Simd512, Vector512<float>>();
        CheckLanes<Simd512, Vector512<float>>();
    }

    [Test]
    public void A_block_of_256_bit_vectors_is_transposed()
    {
        if (!Vector256.IsHardwareAccelerated)
            Assert.Ignore("No 256-bit vectors here.");
        Check<Simd256, Vector256<float>>();
        CheckLanes<Simd256, Vector256<float>>();
    }

    [Test]
    public void A_block_of_128_bit_vectors_is_transposed()
    {
        Check<Simd128, Vector128<float>>();
        CheckLanes<Simd128, Vector128<float>>();
    }

    private static void Check<S, V>()
        where S : struct, ISimd<V>
        where V : struct
    {
        int sourceStride = S.Width + 3, destinationStride = S.Width + 5;
        float[] source = [.. Enumerable.Range(0, S.Width * sourceStride).Select(i => i + 1f)];
        for (int count = 1; count <= S.Width; count++)
        {
            // Pinned, since a store of some lanes takes an address.
            var destination = GC.AllocateArray<float>(S.Width * destinationStride, pinned: true);
            S.Transpose(in source[0], sourceStride, ref destination[0], destinationStride, count);
            for (int i = 0; i < destination.Length; i++)
            {
                int row = i / destinationStride, column = i % destinationStride;
                Assert.That(destination[i], Is.EqualTo(column < count ? source[column * sourceStride + row] : 0), $"{count} values of row {row}, column {column}");
            }
        }
    }

    private static void CheckLanes<S, V>()
        where S : struct, ISimd<V>
        where V : struct
    {
        int sourceStride = S.Width + 3, destinationStride = S.Width + 5;
        for (int lanes = 1; lanes <= S.Width + 1; lanes++)
        {
            // Rows that do not exist must not count.
            float[] source = [.. Enumerable.Range(0, S.Width * sourceStride).Select(i => i < lanes * sourceStride ? i + 1f : float.NaN)];
            var destination = GC.AllocateArray<float>(S.Width * destinationStride, pinned: true);
            LaneTranspose.Run<S, V>(ref source[0], sourceStride, lanes, ref destination[0], destinationStride);
            for (int i = 0; i < destination.Length; i++)
            {
                int row = i / destinationStride, lane = i % destinationStride;
                Assert.That(destination[i], Is.EqualTo(lane < Math.Min(lanes, S.Width) ? source[lane * sourceStride + row] : 0), $"{lanes} lanes: value {row} of lane {lane}");
            }
        }
    }
}

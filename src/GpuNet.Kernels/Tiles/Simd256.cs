using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNet.Kernels.Tiles;

/// <summary>256-bit vectors: AVX2.</summary>
internal readonly struct Simd256 : ISimd<Vector256<float>>
{
    public static int Width => 8;

    public static int Registers => Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref readonly float source, nint offset) => Vector256.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, ref float destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreStreaming(Vector256<float> value, ref float destination, nint offset) =>
        value.StoreAlignedNonTemporal((float*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SquareRoot(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> InverseRoots(Vector256<float> a, out Vector256<float> fourth)
    {
        var root = Vector256.Sqrt(Vector256<float>.One / a);
        fourth = Vector256.Sqrt(root);
        return root;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> a) => Vector256.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereGreater(Vector256<float> a, Vector256<float> b, Vector256<float> value) => Vector256.GreaterThan(a, b) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> a) => Simd128.Largest(Vector128.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride, int count)
    {
        Half(in source, sourceStride, out var a0, out var a1, out var a2, out var a3);
        Half(in Unsafe.Add(ref Unsafe.AsRef(in source), 4 * sourceStride), sourceStride, out var b0, out var b1, out var b2, out var b3);
        StoreLanes(a0, b0, ref destination, 0, destinationStride, count);
        StoreLanes(a1, b1, ref destination, destinationStride, destinationStride, count);
        StoreLanes(a2, b2, ref destination, 2 * destinationStride, destinationStride, count);
        StoreLanes(a3, b3, ref destination, 3 * destinationStride, destinationStride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half(
        ref readonly float source, nint stride, out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        Vector256<float> r0 = Load(in source, 0), r1 = Load(in source, stride), r2 = Load(in source, 2 * stride), r3 = Load(in source, 3 * stride);
        var low01 = Avx.UnpackLow(r0, r1).AsDouble();
        var low23 = Avx.UnpackLow(r2, r3).AsDouble();
        var high01 = Avx.UnpackHigh(r0, r1).AsDouble();
        var high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(low01, low23).AsSingle();
        c1 = Avx.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx.UnpackLow(high01, high23).AsSingle();
        c3 = Avx.UnpackHigh(high01, high23).AsSingle();
    }

    // Gathers lane j of the two vectors into row 4j of the destination.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(Vector256<float> a, Vector256<float> b, ref float destination, nint offset, nint stride, int count)
    {
        StoreFirst(Avx.Permute2x128(a, b, 0x20), ref destination, offset, count);
        StoreFirst(Avx.Permute2x128(a, b, 0x31), ref destination, offset + 4 * stride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Vector256<float> value, ref float destination, nint offset, int count)
    {
        if (count >= 8)
            Store(value, ref destination, offset);
        else
            StorePart(value, ref destination, offset, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeGreater(Vector256<float> x, Vector256<float> xIndex, ref Vector256<float> max, ref Vector256<float> index)
    {
        var taken = Vector256.GreaterThan(x, max) | Vector256.IsNaN(x);
        max = Vector256.ConditionalSelect(taken, x, max);
        index = Vector256.ConditionalSelect(taken, xIndex, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLarger(Vector256<float> x, Vector256<float> xIndex, ref Vector256<float> max, ref Vector256<float> index)
    {
        index = Vector256.ConditionalSelect(Vector256.GreaterThan(x, max), xIndex, index);
        max = Vector256.MaxNative(x, max);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddIntegers(Vector256<float> a, Vector256<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StorePart(Vector256<float> value, ref float destination, nint offset, int count)
    {
        if (count >= 4)
        {
            Simd128.Store(value.GetLower(), ref destination, offset);
            Simd128.StoreFirst(value.GetUpper(), ref destination, offset + 4, count - 4);
        }
        else
        {
            Simd128.StoreFirst(value.GetLower(), ref destination, offset, count);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNet.Kernels.Tiles;

/// <summary>512-bit vectors: AVX-512.</summary>
internal readonly struct Simd512 : ISimd<Vector512<float>>
{
    public static int Width => 16;

    public static int Registers => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref readonly float source, nint offset) => Vector512.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreStreaming(Vector512<float> value, ref float destination, nint offset) =>
        value.StoreAlignedNonTemporal((float*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SquareRoot(Vector512<float> a) => Vector512.Sqrt(a);

    // Square roots and divisions take as long as twenty multiplications.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InverseRoots(Vector512<float> a, out Vector512<float> fourth)
    {
        // Newton's steps would make NaN of infinity.
        var infinite = Vector512.Equals(a, Vector512.Create(float.PositiveInfinity));
        var root = InverseRoot(a);
        fourth = Vector512.AndNot(root * InverseRoot(root), infinite);
        return Vector512.AndNot(root, infinite);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> a) => Vector512.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereGreater(Vector512<float> a, Vector512<float> b, Vector512<float> value) => Vector512.GreaterThan(a, b) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Vector512.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> a) => Simd256.Largest(Vector256.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride, int count)
    {
        // Each 4-row quarter: 4×4 blocks transposed within 128-bit lanes; lane j of block q holds column 4j + i of rows 4q..4q+3.
        Quarter(in source, sourceStride, out var a0, out var a1, out var a2, out var a3);
        Quarter(in Unsafe.Add(ref Unsafe.AsRef(in source), 4 * sourceStride), sourceStride, out var b0, out var b1, out var b2, out var b3);
        Quarter(in Unsafe.Add(ref Unsafe.AsRef(in source), 8 * sourceStride), sourceStride, out var c0, out var c1, out var c2, out var c3);
        Quarter(in Unsafe.Add(ref Unsafe.AsRef(in source), 12 * sourceStride), sourceStride, out var d0, out var d1, out var d2, out var d3);
        StoreLanes(a0, b0, c0, d0, ref destination, 0, destinationStride, count);
        StoreLanes(a1, b1, c1, d1, ref destination, destinationStride, destinationStride, count);
        StoreLanes(a2, b2, c2, d2, ref destination, 2 * destinationStride, destinationStride, count);
        StoreLanes(a3, b3, c3, d3, ref destination, 3 * destinationStride, destinationStride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(
        ref readonly float source, nint stride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3)
    {
        Vector512<float> r0 = Load(in source, 0), r1 = Load(in source, stride), r2 = Load(in source, 2 * stride), r3 = Load(in source, 3 * stride);
        var low01 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var low23 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        c1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        c3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    // Gathers lane j of the four vectors into row 4j of the destination.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float destination, nint offset, nint stride, int count)
    {
        var ab01 = Avx512F.Shuffle4x128(a, b, 0b01_00_01_00);
        var cd01 = Avx512F.Shuffle4x128(c, d, 0b01_00_01_00);
        var ab23 = Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
        var cd23 = Avx512F.Shuffle4x128(c, d, 0b11_10_11_10);
        StoreFirst(Avx512F.Shuffle4x128(ab01, cd01, 0b10_00_10_00), ref destination, offset, count);
        StoreFirst(Avx512F.Shuffle4x128(ab01, cd01, 0b11_01_11_01), ref destination, offset + 4 * stride, count);
        StoreFirst(Avx512F.Shuffle4x128(ab23, cd23, 0b10_00_10_00), ref destination, offset + 8 * stride, count);
        StoreFirst(Avx512F.Shuffle4x128(ab23, cd23, 0b11_01_11_01), ref destination, offset + 12 * stride, count);
    }

    // An estimate of 14 bits and one of Newton's steps, which doubles them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> InverseRoot(Vector512<float> a)
    {
        var estimate = Avx512F.ReciprocalSqrt14(a);
        var error = Vector512.FusedMultiplyAdd(a * estimate, -estimate, Vector512<float>.One);
        return Vector512.FusedMultiplyAdd(estimate * Vector512.Create(0.5f), error, estimate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreFirst(Vector512<float> value, ref float destination, nint offset, int count)
    {
        if (count >= 16)
            Store(value, ref destination, offset);
        else
            Avx512F.MaskStore((float*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, offset)), Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeGreater(Vector512<float> x, Vector512<float> xIndex, ref Vector512<float> max, ref Vector512<float> index)
    {
        var taken = Vector512.GreaterThan(x, max) | Vector512.IsNaN(x);
        max = Vector512.ConditionalSelect(taken, x, max);
        index = Vector512.ConditionalSelect(taken, xIndex, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLarger(Vector512<float> x, Vector512<float> xIndex, ref Vector512<float> max, ref Vector512<float> index)
    {
        index = Vector512.ConditionalSelect(Vector512.GreaterThan(x, max), xIndex, index);
        max = Vector512.MaxNative(x, max);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddIntegers(Vector512<float> a, Vector512<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();
}

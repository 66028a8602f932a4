using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace GpuNet.Kernels.Tiles;

/// <summary>128-bit vectors: SSE, NEON, and the software fallback of .NET.</summary>
internal readonly struct Simd128 : ISimd<Vector128<float>>
{
    public static int Width => 4;

    public static int Registers => AdvSimd.IsSupported || Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref readonly float source, nint offset) => Vector128.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreStreaming(Vector128<float> value, ref float destination, nint offset) =>
        value.StoreAlignedNonTemporal((float*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SquareRoot(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InverseRoots(Vector128<float> a, out Vector128<float> fourth)
    {
        var root = Vector128.Sqrt(Vector128<float>.One / a);
        fourth = Vector128.Sqrt(root);
        return root;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> a) => Vector128.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereGreater(Vector128<float> a, Vector128<float> b, Vector128<float> value) => Vector128.GreaterThan(a, b) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> a) => MathF.Max(MathF.Max(a.GetElement(0), a.GetElement(1)), MathF.Max(a.GetElement(2), a.GetElement(3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride, int count)
    {
        Vector128<float> r0 = Load(in source, 0), r1 = Load(in source, sourceStride), r2 = Load(in source, 2 * sourceStride), r3 = Load(in source, 3 * sourceStride);
        StoreFirst(Vector128.Create(r0.GetElement(0), r1.GetElement(0), r2.GetElement(0), r3.GetElement(0)), ref destination, 0, count);
        StoreFirst(Vector128.Create(r0.GetElement(1), r1.GetElement(1), r2.GetElement(1), r3.GetElement(1)), ref destination, destinationStride, count);
        StoreFirst(Vector128.Create(r0.GetElement(2), r1.GetElement(2), r2.GetElement(2), r3.GetElement(2)), ref destination, 2 * destinationStride, count);
        StoreFirst(Vector128.Create(r0.GetElement(3), r1.GetElement(3), r2.GetElement(3), r3.GetElement(3)), ref destination, 3 * destinationStride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Vector128<float> value, ref float destination, nint offset, int count)
    {
        if (count >= 4)
            Store(value, ref destination, offset);
        else
            StorePart(value, ref destination, offset, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeGreater(Vector128<float> x, Vector128<float> xIndex, ref Vector128<float> max, ref Vector128<float> index)
    {
        var taken = Vector128.GreaterThan(x, max) | Vector128.IsNaN(x);
        max = Vector128.ConditionalSelect(taken, x, max);
        index = Vector128.ConditionalSelect(taken, xIndex, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLarger(Vector128<float> x, Vector128<float> xIndex, ref Vector128<float> max, ref Vector128<float> index)
    {
        index = Vector128.ConditionalSelect(Vector128.GreaterThan(x, max), xIndex, index);
        max = Vector128.MaxNative(x, max);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddIntegers(Vector128<float> a, Vector128<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StorePart(Vector128<float> value, ref float destination, nint offset, int count)
    {
        ref float start = ref Unsafe.Add(ref destination, offset);
        if (count > 0)
            start = value.ToScalar();
        if (count > 1)
            Unsafe.Add(ref start, 1) = value.GetElement(1);
        if (count > 2)
            Unsafe.Add(ref start, 2) = value.GetElement(2);
    }
}

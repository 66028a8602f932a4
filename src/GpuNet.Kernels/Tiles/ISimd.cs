namespace GpuNet.Kernels.Tiles;

/// <summary>
/// The SIMD operations that tile kernels are written with, once for every vector width: a tile is generic over the operations and the
/// vector type, the JIT compiles it for each pair, and locals stay plain <c>Vector512&lt;float&gt;</c> (and so on) in registers.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
internal interface ISimd<V> : IArithmetic<V> where V : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Vector registers of the processor at this width: bounds the accumulators of a register tile.</summary>
    static abstract int Registers { get; }

    static abstract V Load(ref readonly float source, nint offset);

    static abstract void Store(V value, ref float destination, nint offset);

    /// <summary>Stores past the caches, for what nobody reads soon: the destination is a multiple of the width, in an arena.</summary>
    static abstract void StoreStreaming(V value, ref float destination, nint offset);

    /// <summary>a^−½ and a^−¼, to the last bit or two, for a &gt; 0; 0 for infinity.</summary>
    static abstract V InverseRoots(V a, out V fourth);

    static abstract V Exp(V a);

    static abstract V Max(V a, V b);

    /// <summary>Where a &gt; b the value, elsewhere 0.</summary>
    static abstract V WhereGreater(V a, V b, V value);

    static abstract float Sum(V a);

    /// <summary>The largest element.</summary>
    static abstract float Largest(V a);

    /// <summary>Transposes a Width × Width block, perhaps in its place, and stores the first <paramref name="count"/> values of each row, or all of them if
    /// there are fewer.</summary>
    static abstract void Transpose(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride, int count);

    /// <summary>Stores the first <paramref name="count"/> lanes, or all of them if there are fewer, to memory that the collector does not move.</summary>
    static abstract void StoreFirst(V value, ref float destination, nint offset, int count);

    /// <summary>Where x &gt; max, or x is NaN, x becomes max and its index becomes the maximum's.</summary>
    static abstract void TakeGreater(V x, V xIndex, ref V max, ref V index);

    /// <summary>Where x &gt; max, x becomes max and its index becomes the maximum's; quicker, but right only if neither is NaN.</summary>
    static abstract void TakeLarger(V x, V xIndex, ref V max, ref V index);

    /// <summary>a + b of vectors that hold the bits of ints, for a tensor that holds indices.</summary>
    static abstract V AddIntegers(V a, V b);
}

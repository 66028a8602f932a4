namespace GpuNet.Kernels.Tiles;

/// <summary>What a formula is written with once for both families of kernel: on the CPU its values are vectors, elsewhere floats.</summary>
/// <typeparam name="V">The value.</typeparam>
internal interface IArithmetic<V> where V : struct
{
    static abstract V Broadcast(float value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    static abstract V SquareRoot(V a);

    /// <summary>a·b + c, fused where the device can.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);
}

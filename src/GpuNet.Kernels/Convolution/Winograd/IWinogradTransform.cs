using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution.Winograd;

/// <summary>
/// Winograd's minimal correlation F(m, r) along one axis: m neighbouring outputs of a filter of r taps from m + r − 1 inputs with as many products,
/// <c>y = Aᵀ((G·g) ⊙ (Bᵀ·d))</c> (Lavin and Gray, arXiv 1509.09308). In the plane each transform runs along the columns, then along the rows.
/// The matrices follow from the points at which the polynomials are multiplied: <c>Bᵀ</c> has the coefficients of the products of all (x − other
/// point), <c>G</c> the powers of the points over the product of their distances, <c>Aᵀ</c> their powers; the last point is infinity.
/// </summary>
internal interface IWinogradTransform
{
    /// <summary>Outputs m of a tile, along each axis.</summary>
    static abstract int Outputs { get; }

    /// <summary>Taps r of the filter, along each axis.</summary>
    static abstract int Taps { get; }

    /// <summary>Points m + r − 1: the inputs of a tile, along each axis.</summary>
    static abstract int Points { get; }

    /// <summary>Bᵀ·d: from <see cref="Points"/> vectors to as many.</summary>
    /// <param name="source">The first vector.</param>
    /// <param name="sourceStride">Values from a vector to the next.</param>
    /// <param name="destination">Where the first result goes.</param>
    /// <param name="destinationStride">Values from a result to the next.</param>
    static abstract void Input<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct;

    /// <summary>G·g: from <see cref="Taps"/> vectors to <see cref="Points"/>.</summary>
    /// <param name="source">The first vector.</param>
    /// <param name="sourceStride">Values from a vector to the next; may be negative.</param>
    /// <param name="destination">Where the first result goes.</param>
    /// <param name="destinationStride">Values from a result to the next.</param>
    static abstract void Filter<S, V>(ref readonly float source, nint sourceStride, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct;

    /// <summary>Aᵀ·m + added: from <see cref="Points"/> vectors to <see cref="Outputs"/>.</summary>
    /// <param name="source">The first vector.</param>
    /// <param name="sourceStride">Values from a vector to the next.</param>
    /// <param name="added">Added to each result.</param>
    /// <param name="destination">Where the first result goes.</param>
    /// <param name="destinationStride">Values from a result to the next.</param>
    static abstract void Output<S, V>(ref readonly float source, nint sourceStride, V added, ref float destination, nint destinationStride)
        where S : struct, ISimd<V>
        where V : struct;
}

namespace GpuNet.Layers;

/// <summary>A stream of counter-based random numbers of a layer's own (see <see cref="Kernels.Random.Philox"/>).</summary>
/// <param name="Seed">The network's seed.</param>
/// <param name="Stream">Tells the layers of a network apart.</param>
public readonly record struct RandomSource(ulong Seed, ulong Stream)
{
    // Streams of one seed: parameters, then layers. The upper bits tell the kinds of user apart.
    private const ulong Parameters = 1UL << 32, Layers = 2UL << 32;

    internal static RandomSource OfParameter(ulong seed, int parameter) => new(seed, Parameters + (uint)parameter);

    internal static RandomSource OfLayer(ulong seed, int layer) => new(seed, Layers + (uint)layer);
}

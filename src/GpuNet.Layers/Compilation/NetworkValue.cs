using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>What one layer writes and one layer reads: an edge of the network's graph.</summary>
/// <param name="shape">Its shape.</param>
/// <param name="producer">The layer that writes it; null for the network's input.</param>
/// <param name="needsGradient">Whether its producer, or anything below, has something to learn.</param>
internal sealed class NetworkValue(Shape shape, NetworkNode? producer, bool needsGradient)
{
    public Shape Shape { get; } = shape;

    public NetworkNode? Producer { get; } = producer;

    public bool NeedsGradient { get; } = needsGradient;

    /// <summary>Null for the network's input and a loss's totals, which keep memory of their own.</summary>
    public Storage? Activation { get; set; }

    /// <summary>Null where no gradient is computed.</summary>
    public Storage? Gradient { get; set; }
}

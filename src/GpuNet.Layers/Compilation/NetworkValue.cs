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

    /// <summary>The layer that reads it; null for a loss's totals.</summary>
    public NetworkNode? Reader { get; set; }

    /// <summary>The value that this one is some channels of, in the same memory; null if it is a tensor of its own.</summary>
    public NetworkValue? Whole { get; set; }

    /// <summary>Shape of the tensor in memory.</summary>
    public Shape StoredShape => Whole?.Shape ?? Shape;

    /// <summary>Null for the network's input and a loss's totals, which keep memory of their own.</summary>
    public Storage? Activation { get; set; }

    /// <summary>Null where no gradient is computed.</summary>
    public Storage? Gradient { get; set; }
}

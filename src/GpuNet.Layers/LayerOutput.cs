using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>An output of a network under construction: what the builder's methods take and return. Any number of layers may read it.</summary>
public sealed class LayerOutput
{
    internal LayerOutput(NetworkBuilder owner, string layer, Shape shape)
    {
        Owner = owner;
        Layer = layer;
        Shape = shape;
    }

    /// <summary>The layer that writes it; <c>input</c> for the network's input.</summary>
    public string Layer { get; }

    /// <summary>Its shape, NCHW.</summary>
    public Shape Shape { get; }

    internal NetworkBuilder Owner { get; }
}

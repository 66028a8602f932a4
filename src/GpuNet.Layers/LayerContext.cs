using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>What a layer is opened for: see <see cref="Layer.Open"/>.</summary>
/// <param name="Session">The device.</param>
/// <param name="Inputs">Shapes of the inputs, which <see cref="Layer.OutputOf"/> has accepted.</param>
/// <param name="Random">Random numbers of the layer's own, for one that needs them.</param>
public sealed record LayerContext(DeviceSession Session, IReadOnlyList<Shape> Inputs, RandomSource Random)
{
    /// <summary>Whether values of y below 0 become 0, for the rectifier that reads it; only asked of a layer that <see cref="Layer.CanRectify"/>.</summary>
    public bool Rectify { get; init; }

    /// <summary>The channels of <see cref="LayerTensors.Y"/> and <see cref="LayerTensors.DY"/> that are the layer's; null if all are. Only asked of a
    /// layer that <see cref="Layer.CanWriteWindow"/>.</summary>
    public ChannelWindow? Window { get; init; }

    /// <summary>Whether convolutions may use Winograd's algorithm: see <see cref="CompileOptions.AllowWinograd"/>.</summary>
    public bool AllowWinograd { get; init; } = true;
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;

namespace GpuNet.Training.Interchange;

/// <summary>The weights of a safetensors file, by whatever program, found by the tensors' names.</summary>
internal sealed class SafetensorsWeights : WeightsSource
{
    private readonly Safetensors file;
    private readonly long[] offsets;

    /// <summary>Finds the parameters of a network.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="parameters">Name and shape of each parameter of the network.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not.</param>
    /// <exception cref="WeightsException">The file is damaged, or a parameter is missing or has another shape or type, or there are others.</exception>
    public SafetensorsWeights(string path, Stream stream, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers) : base(stream)
    {
        file = new Safetensors(path, stream);
        offsets = file.OffsetsOf(parameters, auxiliaryLayers);
    }

    /// <inheritdoc/>
    public override void Read(int parameter, Span<float> values) => file.Read(offsets[parameter], values);
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Protobuf;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>The weights of an ONNX file: its initializers, found by their names. The nodes are not looked at.</summary>
internal sealed class OnnxWeights : WeightsSource
{
    private readonly ProtobufReader reader;
    private readonly StoredParameters stored;
    private readonly ParameterNames names;
    private readonly string path;
    private readonly Dimensions dimensions = new();

    /// <summary>Finds the parameters of a network.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="parameters">Name and shape of each parameter of the network.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not.</param>
    /// <exception cref="WeightsException">The file is damaged, or a parameter is missing or has another shape or type, or there are others.</exception>
    public OnnxWeights(string path, Stream stream, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers) : base(stream)
    {
        this.path = path;
        reader = new ProtobufReader(path, stream);
        stored = new StoredParameters(path, parameters);
        names = new ParameterNames(parameters, auxiliaryLayers);
        while (reader.TryRead(stream.Length, out int field, out var type))
        {
            if (field == ModelProto.Graph)
                ReadGraph(reader.ReadEnd(type, stream.Length));
            else
                reader.Skip(type, stream.Length);
        }

        stored.ThrowUnlessComplete();
    }

    /// <inheritdoc/>
    public override void Read(int parameter, Span<float> values) => OnnxStoredTensor.Read(reader, stored[parameter], values);

    private void ReadGraph(long end)
    {
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field == GraphProto.Initializer)
                Take(OnnxStoredTensor.Measure(reader, reader.ReadEnd(type, end), dimensions, out var name), name);
            else
                reader.Skip(type, end);
        }
    }

    private void Take(OnnxStoredTensor tensor, ReadOnlySpan<char> name)
    {
        if (!names.TryFind(name, out int parameter))
        {
            // Single values and whole numbers are constants of the graph.
            if (name is not OnnxNotes.MeanName && tensor.IsReal && tensor.Count > 1)
                stored.AddOther(name);
            return;
        }

        if (parameter == ParameterNames.PassedOver)
            return;
        if (tensor.IsExternal)
            throw new WeightsException($"weights file '{path}': the values of {name} lie in another file. Save the model as one file.");
        if (!tensor.IsReal)
            throw new WeightsException($"weights file '{path}': {name} has ONNX data type {tensor.DataType}; only float (1) and double (11) are read. Save the model with such weights.");
        if (!tensor.IsWhole)
            throw new WeightsException($"weights file '{path}': the bytes of {name} are no whole number of values. The file is damaged.");
        stored.Add(parameter, tensor.Place, dimensions, tensor.Count);
    }
}

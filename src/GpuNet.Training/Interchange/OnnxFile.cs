using System.Reflection;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Files;
using GpuNet.Training.Protobuf;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>
/// Writes networks as ONNX files, for any runtime: opset 13 of the standard operators, input <c>input</c>, (N, C, H, W) for any N, output <c>logits</c>,
/// (N, classes): the scores before the softmax. Dropout and auxiliary heads, which only training needs, are left out.
/// </summary>
public static class OnnxFile
{
    /// <summary>The version of ONNX's operators.</summary>
    public const int OpsetVersion = 13;

    // The version of the format that came with this opset.
    private const int IrVersion = 7;

    /// <summary>Writes a network: to a temporary name, flushed to the disk, then moved into place. No device is needed.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="network">The network; its batch does not matter.</param>
    /// <param name="valuesOf">The values of a parameter, by its name, such as <c>conv1.weights</c>: from a compiled network, or a file.</param>
    /// <param name="mean">What is subtracted from the pixels, by a node in front: an image of the input's shape, or a value for each channel, (1, C, 1, 1);
    /// null for nothing.</param>
    /// <param name="metadata">Text to keep with the model.</param>
    /// <exception cref="NetworkException">A layer has no operators in ONNX, or the mean or the parameters do not fit.</exception>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Save(string path, NetworkBuilder network, Func<string, float[]> valuesOf, ImageMean? mean = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(valuesOf);
        var input = network.Input.Shape;
        if (mean is not null && mean.Shape != input.WithBatch(1) && mean.Shape != new Shape(1, input.C, 1, 1))
            throw new NetworkException($"network: the mean is {mean.Shape}, but the input is {input}; it must be of one image, or one value for each channel. Take the mean that goes with the weights.");
        var graph = new OnnxExport(network, valuesOf, mean).Graph;
        var front = new ProtobufWriter();
        front.Whole(ModelProto.IrVersion, IrVersion);
        front.Text(ModelProto.ProducerName, "GpuNet");
        front.Text(ModelProto.ProducerVersion, typeof(OnnxFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");
        var ends = EndsOf(network);
        var heads = graph.Tensors.Select(HeadOf).ToList();
        long length = graph.Nodes.Length + ends.Length + heads.Select((head, i) => head.Length + graph.Tensors[i].ByteCount).Sum();
        if (length > int.MaxValue)
            throw new NetworkException($"network: it takes {length} bytes as an ONNX file, which can hold {int.MaxValue}. Export a smaller network.");
        front.Announce(ModelProto.Graph, length);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(front.Written);
            stream.Write(graph.Nodes);
            for (int i = 0; i < heads.Count; i++)
            {
                stream.Write(heads[i].Written);
                stream.Write(LittleEndian.BytesOf(ValuesOf(graph.Tensors[i])));
            }

            stream.Write(ends.Written);
            stream.Write(BackOf(metadata).Written);
        });
    }

    /// <summary>Writes a network with the weights of a file, of any kind that <see cref="WeightsImport"/> reads.</summary>
    /// <param name="path">The ONNX file; an existing one is replaced.</param>
    /// <param name="network">The network; its batch does not matter.</param>
    /// <param name="weights">The file with the weights.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not; null for none.</param>
    /// <param name="mean">As above.</param>
    /// <param name="metadata">Text to keep with the model.</param>
    /// <exception cref="WeightsException">The weights cannot be read or do not fit the network.</exception>
    /// <exception cref="NetworkException">A layer has no operators in ONNX, or the mean does not fit.</exception>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Save(
        string path,
        NetworkBuilder network,
        string weights,
        IReadOnlyList<string>? auxiliaryLayers,
        ImageMean? mean = null,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var parameters = network.ParameterShapes;
        var positions = parameters.Select((parameter, i) => (parameter.Name, i)).ToDictionary(entry => entry.Name, entry => entry.i);
        using var source = WeightsImport.Open(weights, parameters, auxiliaryLayers ?? []);
        Save(path, network, ValuesOf, mean, metadata);

        float[] ValuesOf(string name)
        {
            float[] values = new float[parameters[positions[name]].Shape.Length];
            source.Read(positions[name], values);
            return values;
        }
    }

    private static float[] ValuesOf(OnnxTensor tensor)
    {
        float[] values = tensor.Values();
        return values.Length * (long)sizeof(float) == tensor.ByteCount
            ? values
            : throw new NetworkException($"{tensor.Name}: {values.Length} values given, but it has {tensor.ByteCount / sizeof(float)}. Give the values of the same network.");
    }

    // All of a tensor's field of the graph but its values.
    private static ProtobufWriter HeadOf(OnnxTensor tensor)
    {
        var inner = new ProtobufWriter();
        inner.Wholes(TensorProto.Dims, tensor.Dimensions.Select(size => (long)size));
        inner.Whole(TensorProto.DataType, TensorProto.Float);
        inner.Text(TensorProto.Name, tensor.Name);
        inner.Announce(TensorProto.RawData, tensor.ByteCount);
        var head = new ProtobufWriter();
        head.Announce(GraphProto.Initializer, inner.Length + tensor.ByteCount);
        head.Raw(inner.Written);
        return head;
    }

    // The fields of the graph that say what goes in and out.
    private static ProtobufWriter EndsOf(NetworkBuilder network)
    {
        var shape = network.Input.Shape;
        var ends = new ProtobufWriter();
        ends.Text(GraphProto.Name, "network");
        ends.Message(GraphProto.Input, value => Describe(value, OnnxExport.Input, shape.C, shape.H, shape.W));
        ends.Message(GraphProto.Output, value => Describe(value, OnnxExport.Output, network.Classes));
        return ends;
    }

    // A tensor of any batch.
    private static void Describe(ProtobufWriter value, string name, params int[] sizes)
    {
        value.Text(ValueInfoProto.Name, name);
        value.Message(ValueInfoProto.Type, type => type.Message(TypeProto.Tensor, tensor =>
        {
            tensor.Whole(TypeProto.ElementType, TensorProto.Float);
            tensor.Message(TypeProto.Shape, shape =>
            {
                shape.Message(DimensionProto.List, dimension => dimension.Text(DimensionProto.Parameter, "N"));
                foreach (int size in sizes)
                    shape.Message(DimensionProto.List, dimension => dimension.Whole(DimensionProto.Value, size));
            });
        }));
    }

    private static ProtobufWriter BackOf(IReadOnlyDictionary<string, string>? metadata)
    {
        var back = new ProtobufWriter();
        back.Message(ModelProto.OpsetImport, opset =>
        {
            opset.Text(OpsetProto.Domain, "");
            opset.Whole(OpsetProto.Version, OpsetVersion);
        });
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            back.Message(ModelProto.Metadata, entry =>
            {
                entry.Text(EntryProto.Key, key);
                entry.Text(EntryProto.Value, value);
            });
        }

        return back;
    }
}

using System.Globalization;
using GpuNet.Training.Protobuf;
using static GpuNet.Training.Interchange.OnnxFields;

namespace GpuNet.Training.Interchange;

/// <summary>An ONNX graph as it grows: nodes, and the tensors of constants and weights that they read.</summary>
internal sealed class OnnxGraph
{
    private readonly ProtobufWriter nodes = new();
    private readonly List<OnnxTensor> tensors = [];

    /// <summary>The tensors, in the order in which they came.</summary>
    public IReadOnlyList<OnnxTensor> Tensors => tensors;

    /// <summary>The nodes, as fields of the graph.</summary>
    public ReadOnlySpan<byte> Nodes => nodes.Written;

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="output">The name of its output, and of the node.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes: a <see cref="float"/>, an <see cref="int"/>, or whole numbers.</param>
    /// <returns>The name of its output.</returns>
    public string Add(string type, string output, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        nodes.Message(GraphProto.Node, node =>
        {
            foreach (string input in inputs)
                node.Text(NodeProto.Input, input);
            node.Text(NodeProto.Output, output);
            node.Text(NodeProto.Name, output);
            node.Text(NodeProto.OpType, type);
            foreach (var (name, value) in attributes)
                node.Message(NodeProto.Attribute, attribute => Write(attribute, name, value));
        });
        return output;
    }

    /// <summary>Adds a tensor.</summary>
    /// <returns>Its name.</returns>
    public string Add(OnnxTensor tensor)
    {
        tensors.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a single value.</summary>
    /// <returns>Its name.</returns>
    public string Add(string name, float value) => Add(new OnnxTensor(name, [], () => [value]));

    private static void Write(ProtobufWriter attribute, string name, object value)
    {
        attribute.Text(AttributeProto.Name, name);
        switch (value)
        {
            case float number:
                attribute.Float(AttributeProto.F, number);
                attribute.Whole(AttributeProto.Type, AttributeProto.FloatType);
                break;
            case int whole:
                attribute.Whole(AttributeProto.I, whole);
                attribute.Whole(AttributeProto.Type, AttributeProto.IntType);
                break;
            case int[] wholes:
                attribute.Wholes(AttributeProto.Ints, wholes.Select(number => (long)number));
                attribute.Whole(AttributeProto.Type, AttributeProto.IntsType);
                break;
            default:
                throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"attribute {name} is {value}"));
        }
    }
}

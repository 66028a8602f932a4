using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training.Interchange;

/// <summary>
/// Turns a network into ONNX operators, in the form that evaluates: from the input to the scores that the main loss reads, without dropout and auxiliary
/// heads. Sizes are worked out here and every pad is written out, so nothing depends on how a runtime rounds: Caffe's poolings round up and drop a window
/// that would start in the padding, which the operators' own ceil_mode does not.
/// </summary>
internal sealed class OnnxExport
{
    /// <summary>The names of the graph's input and output.</summary>
    public const string Input = "input", Output = "logits";

    private readonly NetworkBuilder network;
    private readonly Func<string, float[]> valuesOf;
    private readonly Layer loss;
    private readonly Dictionary<string, string> outputs = [];

    // Layers whose output has two dimensions, (N, C), behind an inner product.
    private readonly HashSet<string> flat = [];

    /// <summary>Makes the graph.</summary>
    /// <param name="network">The network.</param>
    /// <param name="valuesOf">The values of a parameter, by its name; called when they are written.</param>
    /// <param name="mean">What the graph subtracts from its input; null for nothing.</param>
    /// <exception cref="NetworkException">A layer has no operators in ONNX, or the network has no loss.</exception>
    public OnnxExport(NetworkBuilder network, Func<string, float[]> valuesOf, ImageMean? mean)
    {
        this.network = network;
        this.valuesOf = valuesOf;
        loss = network.Layers.LastOrDefault(layer => layer.IsLoss)
            ?? throw new NetworkException("network: none of its layers is a loss, so nothing says which output is the result. End it with SoftmaxLoss.");
        outputs[network.Input.Layer] = mean is null ? Input : Subtract(mean);
        var needed = Needed();
        foreach (var layer in network.Layers.Where(needed.Contains))
            outputs[layer.Name] = Add(layer, [.. network.SourcesOf(layer).Select(source => outputs[source])]);
        Graph.Add("Identity", Output, [outputs[network.SourcesOf(loss)[0]]]);
    }

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; } = new();

    // The layers that the main loss depends on.
    private HashSet<Layer> Needed()
    {
        var byName = network.Layers.ToDictionary(layer => layer.Name);
        var needed = new HashSet<Layer>();
        var open = new Stack<string>(network.SourcesOf(loss));
        while (open.TryPop(out string? name))
        {
            if (byName.TryGetValue(name, out var layer) && needed.Add(layer))
            {
                foreach (string source in network.SourcesOf(layer))
                    open.Push(source);
            }
        }

        return needed;
    }

    private string Subtract(ImageMean mean)
    {
        var shape = mean.Shape;
        Graph.Add(new OnnxTensor(OnnxNotes.MeanName, [1, shape.C, shape.H, shape.W], () => mean.Values));
        return Graph.Add("Sub", "centred", [Input, OnnxNotes.MeanName]);
    }

    private string Add(Layer layer, string[] inputs)
    {
        bool isFlat = network.SourcesOf(layer).Any(flat.Contains);
        if (isFlat && layer is not (InnerProduct or Relu or Dropout))
            throw new NetworkException($"{layer.Name}: a {layer.Kind} behind an inner product cannot be exported to ONNX, where such an output has two dimensions. Put it before the inner product.");
        if (isFlat || layer is InnerProduct)
            flat.Add(layer.Name);
        return layer switch
        {
            Convolution convolution => Add(convolution, inputs[0]),
            InnerProduct product => Add(product, inputs[0]),
            MaxPooling pooling => Add(pooling, inputs[0]),
            AveragePooling pooling => Add(pooling, inputs[0]),
            LocalResponseNorm norm => norm.Region == NormRegion.AcrossChannels ? AddAcrossChannels(norm, inputs[0]) : AddWithinChannel(norm, inputs[0]),
            Relu => Graph.Add("Relu", layer.Name, inputs),
            Dropout => inputs[0],
            Concatenation => Graph.Add("Concat", layer.Name, inputs, ("axis", 1)),
            _ => throw new NetworkException($"{layer.Name}: a {layer.Kind} has no operators in ONNX that are known here. Export a network of the layers that GpuNet brings."),
        };
    }

    private string Add(Convolution layer, string x) => Graph.Add(
        "Conv",
        layer.Name,
        [x, .. Parameters(layer, shape => [shape.N, shape.C, shape.H, shape.W])],
        ("kernel_shape", Sizes(layer.Filter)),
        ("strides", Sizes(layer.Stride)),
        ("pads", Pads(layer.Padding, layer.Padding)),
        ("dilations", Sizes(layer.Dilation)),
        ("group", layer.Groups));

    private string Add(InnerProduct layer, string x) => Graph.Add(
        "Gemm",
        layer.Name,
        [Graph.Add("Flatten", $"{layer.Name}/flat", [x], ("axis", 1)), .. Parameters(layer, shape => [shape.N, shape.C])],
        ("transB", 1));

    private string Add(MaxPooling layer, string x)
    {
        var image = network.InputsOf(layer)[0];
        return AddPooling("MaxPool", layer, x, image, layer.Filter, layer.Stride, layer.Padding);
    }

    // Caffe divides by the part of a window that lies on the image or on its padding. So the padding becomes pixels here, and the pads of the pooling, which
    // do not count, are only what the last window reaches past them.
    private string Add(AveragePooling layer, string x)
    {
        var image = network.InputsOf(layer)[0];
        var (height, width) = (layer.Padding.Height, layer.Padding.Width);
        if (layer.Padding != default)
        {
            string pads = Graph.Add("Constant", $"{layer.Name}/pads", [], ("value_ints", (int[])[0, 0, height, width, 0, 0, height, width]));
            x = Graph.Add("Pad", $"{layer.Name}/padded", [x, pads]);
            image = image with { H = image.H + (2 * height), W = image.W + (2 * width) };
        }

        return AddPooling("AveragePool", layer, x, image, layer.Filter, layer.Stride, padding: default, ("count_include_pad", 0));
    }

    // Each pad is less than the filter, as the operators ask, since each window holds a pixel of the image.
    private string AddPooling(string type, Layer layer, string x, Shape image, Size2D filter, Size2D stride, Size2D padding, params (string, object)[] attributes)
    {
        var windows = layer.OutputOf(network.InputsOf(layer));
        var end = new Size2D(
            Behind(image.H, filter.Height, stride.Height, padding.Height, windows.H),
            Behind(image.W, filter.Width, stride.Width, padding.Width, windows.W));
        return Graph.Add(type, layer.Name, [x], [("kernel_shape", Sizes(filter)), ("strides", Sizes(stride)), ("pads", Pads(padding, end)), .. attributes]);
    }

    private string AddAcrossChannels(LocalResponseNorm layer, string x) => Graph.Add(
        "LRN",
        layer.Name,
        [x],
        ("size", layer.Parameters.Size),
        ("alpha", layer.Parameters.Alpha),
        ("beta", layer.Parameters.Beta),
        ("bias", layer.Parameters.K));

    // y = x·(1 + α·mean x²)^−β, the mean over an n×n window whose pixels off the image are zeros that count.
    private string AddWithinChannel(LocalResponseNorm layer, string x)
    {
        var (size, alpha, beta, _) = layer.Parameters;
        string name = layer.Name;
        string squares = Graph.Add("Mul", $"{name}/squares", [x, x]);
        string mean = Graph.Add(
            "AveragePool",
            $"{name}/mean",
            [squares],
            ("kernel_shape", Sizes(size)),
            ("pads", Pads(size / 2, size / 2)),
            ("count_include_pad", 1));
        string scaled = Graph.Add("Mul", $"{name}/scaled", [mean, Graph.Add($"{name}/alpha", alpha)]);
        string sum = Graph.Add("Add", $"{name}/sum", [scaled, Graph.Add($"{name}/one", 1)]);
        string power = Graph.Add("Pow", $"{name}/power", [sum, Graph.Add($"{name}/exponent", -beta)]);
        return Graph.Add("Mul", name, [x, power]);
    }

    // Weights, and the bias if there is one, which has one dimension.
    private IEnumerable<string> Parameters(Layer layer, Func<Shape, int[]> weightsOf) => layer.ParametersOf(network.InputsOf(layer)).Select(definition =>
    {
        string name = $"{layer.Name}.{definition.Name}";
        return Graph.Add(new OnnxTensor(name, definition.Name == "bias" ? [definition.Shape.C] : weightsOf(definition.Shape), () => valuesOf(name)));
    }).ToList();

    // Pixels that the last window reaches past the image: what the operators call the pads at the end.
    private static int Behind(int size, int filter, int stride, int padding, int windows) => Math.Max(0, ((windows - 1) * stride) + filter - padding - size);

    private static int[] Sizes(Size2D size) => [size.Height, size.Width];

    private static int[] Pads(Size2D before, Size2D after) => [before.Height, before.Width, after.Height, after.Width];
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Compilation;
using GpuNet.Layers.Initialization;

namespace GpuNet.Layers;

/// <summary>
/// Describes a network, one call a layer, in the words of the papers' tables. Each method takes the outputs that the layer reads and returns
/// the one that it writes, so a branch is a variable and an inception module a function. Shapes are checked at each call; no device is
/// touched before <see cref="Compile"/>.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly List<(Layer Layer, IReadOnlyList<int> Inputs)> layers = [];
    private readonly List<LayerOutput> outputs = [];

    /// <summary>Begins a network.</summary>
    /// <param name="input">Shape of its input: (batch, channels, height, width).</param>
    /// <param name="classes">Classes that it tells apart.</param>
    /// <exception cref="ShapeException">A size of the input is below 1.</exception>
    /// <exception cref="NetworkException">There are fewer than 2 classes.</exception>
    public NetworkBuilder(Shape input, int classes)
    {
        if (input.N < 1 || input.C < 1 || input.H < 1 || input.W < 1)
            throw new ShapeException($"input: shape {input}; batch, channels, height and width must be at least 1. Check the batch size and the data set.");
        if (classes < 2)
            throw new NetworkException($"network: {classes} classes; there must be at least 2 to tell apart. Check the data set.");
        Input = new LayerOutput(this, "input", input);
        Classes = classes;
    }

    /// <summary>The network's input, (batch, channels, height, width).</summary>
    public LayerOutput Input { get; }

    /// <summary>Classes that the network tells apart.</summary>
    public int Classes { get; }

    /// <summary>The layers so far, in order.</summary>
    public IEnumerable<Layer> Layers => layers.Select(entry => entry.Layer);

    /// <summary>Shapes of what a layer reads.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>The shapes, in the order of the inputs.</returns>
    /// <exception cref="NetworkException">The layer is not in this network.</exception>
    public IReadOnlyList<Shape> InputsOf(Layer layer) => [.. layers[PositionOf(layer)].Inputs.Select(input => input < 0 ? Input.Shape : outputs[input].Shape)];

    /// <summary>Names of what a layer reads.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <returns>For each input the layer that writes it, or <c>input</c> for the network's input.</returns>
    /// <exception cref="NetworkException">The layer is not in this network.</exception>
    public IReadOnlyList<string> SourcesOf(Layer layer) => [.. layers[PositionOf(layer)].Inputs.Select(input => input < 0 ? Input.Layer : outputs[input].Layer)];

    /// <summary>Name and shape of each parameter, in the order of <see cref="Network.Parameters"/>.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> ParameterShapes =>
        [.. Layers.SelectMany(layer => layer.ParametersOf(InputsOf(layer)).Select(definition => ($"{layer.Name}.{definition.Name}", definition.Shape)))];

    /// <summary>Adds a layer of any kind.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The outputs that it reads.</param>
    /// <returns>The output that it writes.</returns>
    /// <exception cref="NetworkException">The name is taken, or an input belongs to another network or to a loss.</exception>
    /// <exception cref="ShapeException">The inputs' shapes do not fit the layer.</exception>
    public LayerOutput Add(Layer layer, params IReadOnlyList<LayerOutput> inputs)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        if (layer.Name == Input.Layer || layers.Exists(entry => entry.Layer.Name == layer.Name))
            throw new NetworkException($"{layer.Name}: there is a layer of that name already ({KindOf(layer.Name)}), and this one is a {layer.Kind}; names must be unique in a network. Rename one of them.");
        int[] sources = [.. inputs.Select(input => PositionOf(input, layer))];
        var output = new LayerOutput(this, layer.Name, layer.OutputOf([.. inputs.Select(input => input.Shape)]));
        layers.Add((layer, sources));
        outputs.Add(output);
        return output;
    }

    /// <summary>Adds a convolution.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads: (N, C, H, W).</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="filter">Height and width of the filter, in pixels.</param>
    /// <param name="stride">Pixels from one window to the next; 1 by default.</param>
    /// <param name="padding">Zero pixels at each side.</param>
    /// <param name="dilation">Pixels between neighbouring taps; 1 by default.</param>
    /// <param name="groups">Groups that the channels are split into.</param>
    /// <param name="weights">How the weights start and learn; xavier by default.</param>
    /// <param name="bias">How the bias starts and learns; 0 at first by default.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <returns>(N, outputs, ⌊(H + 2·padding − (dilation·(filter − 1) + 1))/stride⌋ + 1, likewise W).</returns>
    /// <exception cref="ShapeException">A window does not fit, or the groups do not divide the channels.</exception>
    public LayerOutput Convolution(
        string name,
        LayerOutput x,
        int outputs,
        Size2D filter,
        Size2D? stride = null,
        Size2D padding = default,
        Size2D? dilation = null,
        int groups = 1,
        ParameterOptions? weights = null,
        ParameterOptions? bias = null,
        bool hasBias = true) =>
        Add(
            new Convolution(name, outputs, filter)
            {
                Stride = stride ?? 1,
                Padding = padding,
                Dilation = dilation ?? 1,
                Groups = groups,
                Weights = weights ?? Filler.Xavier,
                Bias = hasBias ? bias ?? ParameterOptions.Zero : null,
            },
            x);

    /// <summary>Adds an inner product (fully connected layer).</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads: (N, C, H, W), each image as C·H·W values.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="weights">How the weights start and learn; xavier by default.</param>
    /// <param name="bias">How the bias starts and learns; 0 at first by default.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <returns>(N, outputs, 1, 1).</returns>
    /// <exception cref="ShapeException">There are no outputs.</exception>
    public LayerOutput InnerProduct(string name, LayerOutput x, int outputs, ParameterOptions? weights = null, ParameterOptions? bias = null, bool hasBias = true) =>
        Add(
            new InnerProduct(name, outputs)
            {
                Weights = weights ?? Filler.Xavier,
                Bias = hasBias ? bias ?? ParameterOptions.Zero : null,
            },
            x);

    /// <summary>Adds max pooling, its output size rounded up.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads: (N, C, H, W).</param>
    /// <param name="filter">Height and width of the window, in pixels.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Pixels added at each side; they never win.</param>
    /// <returns>(N, C, ⌈(H + 2·padding − filter)/stride⌉ + 1, likewise W), less a window that would start in the padding.</returns>
    /// <exception cref="ShapeException">A window does not fit.</exception>
    public LayerOutput MaxPooling(string name, LayerOutput x, Size2D filter, Size2D stride, Size2D padding = default) =>
        Add(new MaxPooling(name, filter, stride, padding), x);

    /// <summary>Adds average pooling, its output size rounded up.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads: (N, C, H, W).</param>
    /// <param name="filter">Height and width of the window, in pixels.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">Zero pixels added at each side; they count in the divisor.</param>
    /// <returns>(N, C, ⌈(H + 2·padding − filter)/stride⌉ + 1, likewise W), less a window that would start in the padding.</returns>
    /// <exception cref="ShapeException">A window does not fit.</exception>
    public LayerOutput AveragePooling(string name, LayerOutput x, Size2D filter, Size2D stride, Size2D padding = default) =>
        Add(new AveragePooling(name, filter, stride, padding), x);

    /// <summary>Adds local response normalisation.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads, any shape.</param>
    /// <param name="region">Whether squares are summed across channels or within each.</param>
    /// <param name="size">n, the window's side, odd.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    /// <param name="k">k, for the region across channels.</param>
    /// <returns>Of x's shape.</returns>
    /// <exception cref="ArgumentException">The size is even or below 1, or a constant is out of range.</exception>
    public LayerOutput LocalResponseNorm(string name, LayerOutput x, NormRegion region, int size, float alpha, float beta, float k = 1) =>
        Add(new LocalResponseNorm(name, region, new LocalResponseNormParameters(size, alpha, beta, k)), x);

    /// <summary>Adds a rectifier.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads, any shape.</param>
    /// <returns>Of x's shape.</returns>
    public LayerOutput Relu(string name, LayerOutput x) => Add(new Relu(name), x);

    /// <summary>Adds dropout.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="x">What it reads, any shape.</param>
    /// <param name="ratio">The share of values dropped, 0 ≤ ratio &lt; 1.</param>
    /// <returns>Of x's shape.</returns>
    /// <exception cref="NetworkException">The ratio is out of range.</exception>
    public LayerOutput Dropout(string name, LayerOutput x, float ratio) => Add(new Dropout(name, ratio), x);

    /// <summary>Adds a concatenation along the channels.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="xs">What it reads, equal in all but the channels, in the order of the output.</param>
    /// <returns>(N, sum of the channels, H, W).</returns>
    /// <exception cref="ShapeException">Batch, height or width differ.</exception>
    public LayerOutput Concatenation(string name, params IReadOnlyList<LayerOutput> xs) => Add(new Concatenation(name), xs);

    /// <summary>Adds a softmax loss against the network's labels. A network needs at least one; the last is the main one.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="scores">What it reads: (N, classes, 1, 1).</param>
    /// <param name="weight">Its share in the whole loss, for auxiliary heads.</param>
    /// <exception cref="ShapeException">The scores are not one a class.</exception>
    public void SoftmaxLoss(string name, LayerOutput scores, float weight = 1) => Add(new SoftmaxLoss(name, Classes, weight), scores);

    /// <summary>
    /// Makes the network on a device: inserts splits, fuses passes, plans and takes all memory, loads every kernel and draws the first weights. After
    /// this an iteration allocates nothing on the device.
    /// </summary>
    /// <param name="session">The device; it must outlive the network.</param>
    /// <param name="seed">What the first weights and the dropout masks are drawn from.</param>
    /// <param name="options">How it is made; null for the defaults.</param>
    /// <returns>The network, to be disposed by the caller.</returns>
    /// <exception cref="NetworkException">There is no loss, or an output that nothing reads.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Network Compile(DeviceSession session, ulong seed, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        options ??= CompileOptions.Default;
        return new Network(session, this, GraphFor(options), seed, options);
    }

    /// <summary>What <see cref="Network.MemoryPlan"/> of the compiled network would be, to the byte. Loads every kernel, but takes no memory for long: only
    /// tables of one layer at a time.</summary>
    /// <param name="session">The device.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="NetworkException">There is no loss, or an output that nothing reads.</exception>
    /// <exception cref="DeviceException">The device has too little memory for a layer's tables.</exception>
    public MemoryPlan Plan(DeviceSession session, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        options ??= CompileOptions.Default;
        return Network.Plan(session, GraphFor(options), Input.Shape, options);
    }

    private NetworkGraph GraphFor(CompileOptions options)
    {
        if (!layers.Exists(entry => entry.Layer.IsLoss))
            throw new NetworkException($"network: none of its {layers.Count} layers is a loss, so there is nothing to train for. End it with SoftmaxLoss.");
        var read = layers.SelectMany(entry => entry.Inputs).ToHashSet();
        var unread = layers.Where((entry, i) => !entry.Layer.IsLoss && !read.Contains(i)).Select(entry => entry.Layer.Name).ToList();
        if (unread.Count > 0)
            throw new NetworkException($"{string.Join(", ", unread)}: nothing reads the output; every output must lead to a loss. Pass it to another layer or leave the layer out.");
        return new NetworkGraph(layers, Input.Shape, options);
    }

    private int PositionOf(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        int position = layers.FindIndex(entry => entry.Layer == layer);
        return position >= 0 ? position : throw new NetworkException($"{layer.Name}: the layer is not in this network. Take one of its Layers.");
    }

    private int PositionOf(LayerOutput input, Layer reader)
    {
        if (input is null || input.Owner != this)
            throw new NetworkException($"{reader.Name}: its input '{input?.Layer ?? "null"}' is not an output of this network; a layer reads outputs of layers added before it. Pass what a method of the same builder returned.");
        if (input == Input)
            return -1;
        int position = outputs.IndexOf(input);
        if (layers[position].Layer.IsLoss)
            throw new NetworkException($"{reader.Name}: its input '{input.Layer}' is a loss, and nothing can read a loss. Pass the scores instead.");
        return position;
    }

    private string KindOf(string name) => layers.Find(entry => entry.Layer.Name == name).Layer?.Kind ?? "the network's input";
}

using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>The layers of a network in forward order, with splits inserted, and the memory that each tensor of an iteration lives in.</summary>
internal sealed class NetworkGraph
{
    private readonly List<NetworkNode> nodes = [];
    private readonly List<Storage> storages = [];
    private readonly bool share;

    /// <summary>Lays the graph out.</summary>
    /// <param name="layers">The layers in the order they were added, each with the positions of the outputs that it reads; −1 is the
    /// network's input.</param>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="options">Whether layers are fused, and whether they may run in place and tensors take turns in the same memory.</param>
    public NetworkGraph(IReadOnlyList<(Layer Layer, IReadOnlyList<int> Inputs)> layers, Shape input, CompileOptions options)
    {
        share = !options.Inspect;
        Connect(layers, input);
        if (options is { Fuse: true, Inspect: false })
            Fusion.Apply(nodes);
        StoreActivations();
        StoreGradients();
        WorkingLength = MemoryPlanner.Place(storages);
    }

    public IReadOnlyList<NetworkNode> Nodes => nodes;

    /// <summary>Values of the memory that all storages lie in.</summary>
    public long WorkingLength { get; }

    /// <summary>Values that the activations, gradients and saved tensors would take without sharing.</summary>
    public long UnsharedLength { get; private set; }

    private void Connect(IReadOnlyList<(Layer Layer, IReadOnlyList<int> Inputs)> layers, Shape inputShape)
    {
        int[] readers = new int[layers.Count];
        foreach (int source in layers.SelectMany(layer => layer.Inputs).Where(source => source >= 0))
            readers[source]++;
        // For each layer, the values that its readers take, one after the other.
        var unread = new Queue<NetworkValue>[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            var (layer, sources) = layers[i];
            // Each reader of the network's input has a value of its own, since each places a gradient for it if it computes any.
            var node = new NetworkNode(layer, [.. sources.Select(source => source < 0 ? new NetworkValue(inputShape, null, needsGradient: false) : unread[source].Dequeue())], readers: 1);
            nodes.Add(node);
            if (readers[i] > 1)
            {
                node = new NetworkNode(new Split($"{layer.Name} split", readers[i]), node.Outputs, readers[i]);
                nodes.Add(node);
            }

            unread[i] = new(node.Outputs);
        }
    }

    private void StoreActivations()
    {
        int endOfForward = nodes.Count - 1;
        for (int i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            node.Saved = [.. node.Layer.SavedOf(node.InputShapes).Select(shape => Store(shape.Length, i, node.RunsBackward ? Backward(i) : i))];
            node.RunsInPlace = MayRunInPlace(node);
            if (node.RunsInPlace)
            {
                foreach (var output in node.Outputs)
                    output.Activation = node.Inputs[0].Activation;
            }
            else if (!node.Layer.IsLoss)
            {
                // The first to write some of its channels takes the memory of the whole.
                var whole = node.Outputs[0].Whole ?? node.Outputs[0];
                node.Outputs[0].Activation = whole.Activation ??= Store(whole.Shape.Length, i, endOfForward);
            }

            if (!node.IsCalledBackward)
                continue;
            if (node.BackwardReadsOutput)
                node.Outputs[0].Activation?.Use(Backward(i));
            foreach (var input in node.Inputs.Where(_ => node.Layer.BackwardReadsInputs || node.MasksDX))
                input.Activation?.Use(Backward(i));
        }
    }

    // A layer may overwrite its input if that is the only reader (so not behind a split), if the input is not the network's own, and if
    // the layer that wrote it does not read it again in its backward pass. A split's outputs are its input, always, and so is the output of a rectifier
    // that the layer below did.
    private bool MayRunInPlace(NetworkNode node) => node.Layer is Split || (node.Layer.IsRectifier && node.ForwardIsFused)
        || (share && node.Layer.MayRunInPlace && node.Inputs.Count == 1 && node.Inputs[0].Producer is { Layer: not Split } producer
            && !(producer.BackwardReadsOutput && producer.IsCalledBackward));

    private void StoreGradients()
    {
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            if (!node.RunsBackward)
                continue;
            foreach (var output in node.Outputs)
                output.Gradient?.Use(Backward(i));
            if (!node.NeedsInputGradients)
                continue;
            foreach (var input in node.Inputs)
            {
                if ((share && node.Layer.MayRunInPlace && node.Inputs.Count == 1) || node.BackwardIsFused)
                {
                    // dx is dy.
                    input.Gradient = node.Outputs[0].Gradient;
                    UnsharedLength += Arena.Footprint(input.Shape.Length);
                }
                else
                {
                    input.Gradient = Store(input.Shape.Length, Backward(i), Backward(i));
                }
            }
        }
    }

    private int Backward(int node) => 2 * nodes.Count - 1 - node;

    private Storage Store(long length, int from, int to)
    {
        var storage = share ? new Storage(length, from, to) : new Storage(length, 0, Backward(0));
        storages.Add(storage);
        UnsharedLength += Arena.Footprint(length);
        return storage;
    }
}

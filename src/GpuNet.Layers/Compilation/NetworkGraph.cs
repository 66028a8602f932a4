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
    /// <param name="share">Whether layers may run in place and tensors take turns in the same memory.</param>
    public NetworkGraph(IReadOnlyList<(Layer Layer, IReadOnlyList<int> Inputs)> layers, Shape input, bool share)
    {
        this.share = share;
        Connect(layers, input);
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
                node.Outputs[0].Activation = Store(node.Outputs[0].Shape.Length, i, endOfForward);
            }

            if (!node.RunsBackward)
                continue;
            if (node.Layer.BackwardReadsOutput)
                node.Outputs[0].Activation?.Use(Backward(i));
            foreach (var input in node.Inputs.Where(_ => node.Layer.BackwardReadsInputs))
                input.Activation?.Use(Backward(i));
        }
    }

    // A layer may overwrite its input if that is the only reader (so not behind a split), if the input is not the network's own, and if
    // the layer that wrote it does not read it again in its backward pass. A split's outputs are its input, always.
    private bool MayRunInPlace(NetworkNode node) => node.Layer is Split
        || (share && node.Layer.MayRunInPlace && node.Inputs.Count == 1 && node.Inputs[0].Producer is { Layer: { BackwardReadsOutput: false } and not Split });

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
                if (share && node.Layer.MayRunInPlace && node.Inputs.Count == 1)
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

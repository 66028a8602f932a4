using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Compilation;

namespace GpuNet.Layers;

/// <summary>
/// A network on a device, with all its memory. One training iteration is: fill <see cref="Input"/> and <see cref="Labels"/>,
/// <see cref="Forward"/>, <see cref="Backward"/>, then update each of <see cref="ParameterGroups"/>. Nothing in it allocates device memory,
/// and only <see cref="ReadLoss()"/> waits for the device.
/// </summary>
public sealed class Network : IDisposable
{
    // Values that are drawn at a time: enough to keep all threads busy, and small beside the parameters.
    private const int MaxInitialPart = 1 << 20;

    private readonly NetworkMemory memory;
    private readonly NetworkGraph graph;
    private readonly BoundLayer?[] layers;
    private readonly LayerTensors[] tensors;
    private readonly int[] losses;
    private readonly bool inspect;
    private readonly float[] totals = new float[LossTotals.Shape.Length];
    private readonly float[] allTotals;
    private Pass? pending;

    internal Network(DeviceSession session, NetworkBuilder builder, NetworkGraph graph, ulong seed, CompileOptions options)
    {
        Session = session;
        Classes = builder.Classes;
        this.graph = graph;
        inspect = options.Inspect;
        layers = new BoundLayer?[graph.Nodes.Count];
        long before = session.AllocatedBytes;
        losses = [.. Enumerable.Range(0, graph.Nodes.Count).Where(i => graph.Nodes[i].Layer.IsLoss)];
        try
        {
            for (int i = 0; i < layers.Length; i++)
                Open(i, seed, options);

            memory = new NetworkMemory(session, graph, builder.Input.Shape, layers.Max(layer => layer?.WorkspaceLength ?? 0), session.AllocatedBytes - before);
            tensors = [.. graph.Nodes.Select(memory.TensorsOf)];
            allTotals = new float[memory.Totals.Length];
            Summary = SummaryTable.Of(graph, builder.Input.Shape, memory.Plan);
            Initialize(seed);
        }
        catch
        {
            CloseLayers();
            memory?.Dispose();
            throw;
        }
    }

    /// <summary>The device.</summary>
    public DeviceSession Session { get; }

    /// <summary>The input batch, (N, C, H, W).</summary>
    public Tensor Input => memory.Input;

    /// <summary>The batch's labels, (N, 1, 1, 1): class indices as floats; below 0 for an item that does not count, such as the rest of a
    /// batch that is not full.</summary>
    public Tensor Labels => memory.Labels;

    /// <summary>Classes that the network tells apart.</summary>
    public int Classes { get; }

    /// <summary>All parameters, in the order of the layers; of one layer, weights then bias, as in Caffe.</summary>
    public IReadOnlyList<Parameter> Parameters => memory.Parameters;

    /// <summary>The same parameters by their multipliers: an update is one launch a group.</summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups => memory.Groups;

    /// <summary>Device memory, in bytes, by role.</summary>
    public MemoryPlan MemoryPlan => memory.Plan;

    /// <summary>The softmax of the main loss, the last one, (N, classes, 1, 1): what the last forward pass left there, until the backward pass reuses the memory.</summary>
    /// <exception cref="NetworkException">The main loss is no <see cref="SoftmaxLoss"/>.</exception>
    public Tensor Probabilities => graph.Nodes[losses[^1]].Layer is SoftmaxLoss
        ? tensors[losses[^1]].Saved[0]
        : throw new NetworkException($"{graph.Nodes[losses[^1]].Layer.Name}: a {graph.Nodes[losses[^1]].Layer.Kind} has no class probabilities; only a network whose last loss is a SoftmaxLoss does. End it with one.");

    /// <summary>A table of the layers: name, kind, output shape, parameters, bytes.</summary>
    public string Summary { get; }

    internal Tensor WorkingMemory => memory.Working;

    /// <summary>What <see cref="MemoryPlan"/> would be. Each layer is opened and closed again, since what it needs as scratch memory depends on the device;
    /// nothing else is taken.</summary>
    internal static MemoryPlan Plan(DeviceSession session, NetworkGraph graph, Shape input, CompileOptions options)
    {
        long before = session.AllocatedBytes, workspace = 0;
        foreach (var node in graph.Nodes.Where(node => node.IsCalled))
        {
            using var layer = Open(session, node, default, options);
            workspace = Math.Max(workspace, layer.WorkspaceLength);
        }

        return NetworkMemory.PlanOf(graph, input, workspace, session.AllocatedBytes - before);
    }

    /// <summary>Draws every parameter's values anew.</summary>
    /// <param name="seed">The same seed gives the same values on every device.</param>
    public void Initialize(ulong seed)
    {
        // The padding between parameters may hold what a run that diverged left there.
        foreach (var group in ParameterGroups)
            group.Value.Clear();
        float[] part = new float[Math.Min(MaxInitialPart, Parameters.Select(parameter => parameter.Value.Length).DefaultIfEmpty().Max())];
        int index = 0;
        foreach (var definition in graph.Nodes.SelectMany(node => node.Parameters))
        {
            var random = RandomSource.OfParameter(seed, index);
            var target = Parameters[index++].Value;
            // In parts: AlexNet's largest parameter takes 151 MB.
            for (long first = 0; first < target.Length; first += part.Length)
            {
                var values = part.AsMemory(0, (int)Math.Min(part.Length, target.Length - first));
                definition.Options.Filler.Fill(values, definition.Shape, random.Seed, random.Stream, first);
                target.Slice(first, new Shape(values.Length, 1, 1, 1)).CopyFrom(values.Span);
            }
        }
    }

    /// <summary>Computes every layer's output, and the losses' totals, from <see cref="Input"/> and <see cref="Labels"/>.</summary>
    /// <param name="phase">Training, which a backward pass may follow, or evaluation.</param>
    /// <param name="iteration">The iteration, from 0; dropout masks depend on it.</param>
    public void Forward(Phase phase, long iteration)
    {
        var pass = new Pass(phase, iteration);
        for (int i = 0; i < layers.Length; i++)
        {
            if (!graph.Nodes[i].ForwardIsFused)
                layers[i]!.Forward(tensors[i], pass);
        }

        pending = phase == Phase.Train ? pass : null;
    }

    /// <summary>Computes every parameter's gradient of the weighted sum of the losses. It reuses the activations' memory, so it runs once after each
    /// forward pass.</summary>
    /// <exception cref="NetworkException">No forward pass of the training phase came before.</exception>
    public void Backward()
    {
        var pass = pending ?? throw new NetworkException("network: a backward pass follows a forward pass of the training phase, once; there was none since the last one. Call Forward(Phase.Train, iteration) first.");
        pending = null;
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            if (graph.Nodes[i].IsCalledBackward)
                layers[i]!.Backward(tensors[i], pass);
        }
    }

    /// <summary>Waits for the device and reads what the main loss, the last one, counted in the last forward pass.</summary>
    /// <returns>The totals of the batch.</returns>
    public LossTotals ReadLoss() => ReadTotals(losses[^1]);

    /// <summary>Keeps on the device what the main loss counted in the last forward pass, to be read later, for many batches at once. Does not wait.</summary>
    /// <param name="totals">Gets the totals, of <see cref="LossTotals.Shape"/>.</param>
    public void KeepLoss(Tensor totals) => totals.CopyFrom(tensors[losses[^1]].Y);

    /// <summary>The shape of what <see cref="KeepLosses"/> keeps.</summary>
    public Shape LossesShape => memory.Totals.Shape;

    /// <summary>Waits for the device and reads what all losses counted in the last forward pass.</summary>
    /// <returns>The main loss, and the weighted sum that training makes smaller.</returns>
    public NetworkLoss ReadLosses()
    {
        memory.Totals.CopyTo(allTotals);
        return LossesOf(allTotals);
    }

    /// <summary>Keeps on the device what all losses counted in the last forward pass, to be read later, for many batches at once. Does not wait.</summary>
    /// <param name="kept">Gets it, of <see cref="LossesShape"/>.</param>
    public void KeepLosses(Tensor kept) => kept.CopyFrom(memory.Totals);

    /// <summary>The losses of one batch from what <see cref="KeepLosses"/> kept.</summary>
    /// <param name="values">Values of a tensor of <see cref="LossesShape"/>.</param>
    /// <returns>The main loss, and the weighted sum that training makes smaller.</returns>
    public NetworkLoss LossesOf(ReadOnlySpan<float> values)
    {
        double main = 0, total = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            main = LossTotals.Of(values.Slice(i * memory.Totals.Shape.C, (int)LossTotals.Shape.Length)).Loss;
            total += graph.Nodes[losses[i]].Layer.LossWeight * main;
        }

        return new(main, total);
    }

    /// <summary>Waits for the device and reads what a loss counted in the last forward pass.</summary>
    /// <param name="layer">Name of a loss, for a network with several.</param>
    /// <returns>The totals of the batch.</returns>
    /// <exception cref="NetworkException">There is no loss of that name.</exception>
    public LossTotals ReadLoss(string layer)
    {
        int loss = Array.FindIndex(losses, i => graph.Nodes[i].Layer.Name == layer);
        return loss >= 0
            ? ReadTotals(losses[loss])
            : throw new NetworkException($"network: there is no loss '{layer}'; the losses are {string.Join(", ", losses.Select(i => graph.Nodes[i].Layer.Name))}. Name one of them.");
    }

    /// <summary>A layer's output, for inspection. It holds what the last forward pass wrote until the backward pass reuses the memory; if the next layer runs in
    /// place or is fused with this one, that layer's output; if this one writes some channels of a concatenation, all of them. Compile with
    /// <see cref="CompileOptions.Inspect"/> to see each layer's own values at any time.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <returns>The tensor; a loss's totals.</returns>
    /// <exception cref="NetworkException">There is no such layer.</exception>
    public Tensor Activation(string layer) => tensors[IndexOf(layer)].Y;

    /// <summary>The gradient of a layer's output, for inspection after a backward pass.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="NetworkException">There is no such layer, it has no gradient, or the network was not compiled with <see cref="CompileOptions.Inspect"/>.</exception>
    public Tensor Gradient(string layer)
    {
        int index = IndexOf(layer);
        if (!inspect)
            throw new NetworkException($"{layer}: its gradient's memory is reused during the backward pass. Compile the network with Inspect = true to look at gradients.");
        // Behind a split stands the sum of its readers' gradients.
        if (index + 1 < tensors.Length && graph.Nodes[index + 1].Layer is Split && graph.Nodes[index].RunsBackward)
            return tensors[index + 1].DX;
        return tensors[index].DYs.Count > 0
            ? tensors[index].DY
            : throw new NetworkException($"{layer}: it has no gradient; nothing that it depends on learns, or it is a loss. Ask for the gradient of another layer.");
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose()
    {
        CloseLayers();
        memory.Dispose();
    }

    private void CloseLayers()
    {
        foreach (var layer in layers)
            layer?.Dispose();
    }

    // A layer that is never called, since others do both of its passes, is not opened.
    private void Open(int index, ulong seed, CompileOptions options)
    {
        var node = graph.Nodes[index];
        if (!node.IsCalled)
            return;
        var bound = Open(Session, node, RandomSource.OfLayer(seed, index), options);
        layers[index] = bound;
        if (options.Decorate is { } decorate)
            layers[index] = decorate(node.Layer, bound) ?? throw new NetworkException($"{node.Layer.Name}: Decorate returned null for it; every layer needs a form that computes. Return the layer that was passed to leave it as it is.");
    }

    private static BoundLayer Open(DeviceSession session, NetworkNode node, RandomSource random, CompileOptions options) =>
        node.Layer.Open(new LayerContext(session, node.InputShapes, random) { Rectify = node.Rectifies, Window = node.Window, AllowWinograd = options.AllowWinograd });

    private LossTotals ReadTotals(int loss)
    {
        tensors[loss].Y.CopyTo(totals);
        return LossTotals.Of(totals);
    }

    private int IndexOf(string layer)
    {
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].Layer.Name == layer)
                return i;
        }

        throw new NetworkException($"network: there is no layer '{layer}'. Its layers are {string.Join(", ", graph.Nodes.Where(node => node.Layer is not Split).Select(node => node.Layer.Name))}.");
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>All device memory of a network: one arena a role, and the tensors in them.</summary>
internal sealed class NetworkMemory : IDisposable
{
    private readonly List<Arena> arenas = [];
    private readonly Arena inputs;
    private readonly Tensor workspace;
    private readonly Dictionary<ParameterDefinition, Parameter> parameterOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<ParameterGroup> groups = [];
    private int lossesTaken;

    public NetworkMemory(DeviceSession session, NetworkGraph graph, Shape input, long workspaceLength, long opBytes)
    {
        var (labels, totals) = LabelsAndTotals(graph, input);
        Plan = PlanOf(graph, input, workspaceLength, opBytes);
        long parameterLength = ParameterLength(graph);
        try
        {
            inputs = Allocate(session, InputLength(graph, input));
            Input = inputs.Take(input);
            Labels = inputs.Take(labels);
            Totals = inputs.Take(totals);
            TakeParameters(graph, Allocate(session, parameterLength), Allocate(session, parameterLength));
            Working = TakeAll(session, graph.WorkingLength);
            workspace = TakeAll(session, Arena.Footprint(workspaceLength));
        }
        catch
        {
            Dispose();
            throw;
        }

        Parameters = [.. graph.Nodes.SelectMany(node => node.Parameters).Select(definition => parameterOf[definition])];
    }

    public MemoryPlan Plan { get; }

    /// <summary>What the memory of a network comes to, without taking it.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="input">Shape of its input.</param>
    /// <param name="workspaceLength">Scratch memory of the layer that needs most, in values.</param>
    /// <param name="opBytes">What the layers keep for themselves.</param>
    public static MemoryPlan PlanOf(NetworkGraph graph, Shape input, long workspaceLength, long opBytes)
    {
        long parameters = Bytes(ParameterLength(graph));
        return new(parameters, parameters, Bytes(InputLength(graph, input)), Bytes(graph.WorkingLength), Bytes(graph.UnsharedLength), Bytes(Arena.Footprint(workspaceLength)) + opBytes);
    }

    public Tensor Input { get; }

    public Tensor Labels { get; }

    /// <summary>The losses' totals, in the order of the layers: a row each, which <see cref="LossTotals.Shape"/> begins.</summary>
    public Tensor Totals { get; }

    public Tensor Working { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<ParameterGroup> Groups => groups;

    /// <summary>Makes a node's tensors; to be called once for each, in forward order.</summary>
    public LayerTensors TensorsOf(NetworkNode node) => new()
    {
        Xs = [.. node.Inputs.Select(input => input.Activation is { } storage ? Window(storage, input.StoredShape) : Input)],
        DXs = node.NeedsInputGradients ? [.. node.Inputs.Select(input => Window(input.Gradient!, input.StoredShape))] : [],
        Y = node.Outputs[0].Activation is { } y ? Window(y, node.Outputs[0].StoredShape) : Totals.Slice(Totals.Shape.C * lossesTaken++, node.Outputs[0].Shape),
        OutputShape = node.Outputs[0].Shape,
        DYs = [.. node.Outputs.Where(output => output.Gradient is not null).Select(output => Window(output.Gradient!, output.StoredShape))],
        Parameters = [.. node.Parameters.Select(definition => parameterOf[definition].Value)],
        ParameterGradients = [.. node.Parameters.Select(definition => parameterOf[definition].Gradient)],
        Saved = [.. node.Layer.SavedOf(node.InputShapes).Zip(node.Saved, (shape, storage) => Window(storage, shape))],
        Labels = Labels,
        Workspace = workspace,
        InPlace = node.RunsInPlace,
        MasksDX = node.MasksDX,
    };

    public void Dispose()
    {
        foreach (var arena in arenas)
            arena.Dispose();
    }

    private static (Shape Labels, Shape Totals) LabelsAndTotals(NetworkGraph graph, Shape input) =>
        (new(input.N, 1, 1, 1), Shape.Matrix(graph.Nodes.Count(node => node.Layer.IsLoss), (int)Arena.Footprint(LossTotals.Shape.Length)));

    private static long InputLength(NetworkGraph graph, Shape input)
    {
        var (labels, totals) = LabelsAndTotals(graph, input);
        return new[] { input, labels, totals }.Sum(shape => Arena.Footprint(shape.Length));
    }

    private static long ParameterLength(NetworkGraph graph) => graph.Nodes.SelectMany(node => node.Parameters).Sum(parameter => Arena.Footprint(parameter.Shape.Length));

    private static long Bytes(long values) => values * sizeof(float);

    // Parameters with equal multipliers lie side by side, in both arenas at the same place.
    private void TakeParameters(NetworkGraph graph, Arena values, Arena gradients)
    {
        var named = graph.Nodes.SelectMany(node => node.Parameters.Select(definition => (Name: $"{node.Layer.Name}.{definition.Name}", Definition: definition)));
        foreach (var group in named.GroupBy(parameter => (parameter.Definition.Options.RateMultiplier, parameter.Definition.Options.DecayMultiplier)))
        {
            var (rate, decay) = group.Key;
            long length = group.Sum(parameter => Arena.Footprint(parameter.Definition.Shape.Length));
            var (value, gradient) = (values.Take(Flat(length)), gradients.Take(Flat(length)));
            var members = new List<Parameter>();
            var offsets = new List<long>();
            long offset = 0;
            foreach (var (name, definition) in group)
            {
                var parameter = new Parameter(name, value.Slice(offset, definition.Shape), gradient.Slice(offset, definition.Shape), rate, decay);
                parameterOf.Add(definition, parameter);
                members.Add(parameter);
                offsets.Add(offset);
                offset += Arena.Footprint(definition.Shape.Length);
            }

            groups.Add(new ParameterGroup(rate, decay, value, gradient, members, offsets));
        }
    }

    private Tensor Window(Storage storage, Shape shape) => Working.Slice(storage.Offset, shape);

    private Tensor TakeAll(DeviceSession session, long length) => Allocate(session, length).Take(Flat(length));

    private Arena Allocate(DeviceSession session, long capacity)
    {
        var arena = new Arena(session, capacity);
        arenas.Add(arena);
        return arena;
    }

    // A length is a multiple of the alignment, and may exceed what one side of a shape can say.
    private static Shape Flat(long length) => new((int)(length / Arena.Alignment), Arena.Alignment, 1, 1);
}

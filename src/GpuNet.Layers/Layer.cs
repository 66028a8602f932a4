using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>
/// The definition of a layer: a name and options, immutable, knowing no device and owning no memory. Everything it says is a pure function
/// of its inputs' shapes, so that a network is checked and its memory planned before a device is touched. <see cref="Open"/> makes the
/// form that computes.
/// <para>A layer of your own overrides <see cref="OutputOf"/> and <see cref="Open"/>, and <see cref="ParametersOf"/> if it learns. The
/// other members say what may be saved; their defaults are always correct. Memory: <see cref="MayRunInPlace"/>,
/// <see cref="BackwardReadsInputs"/>, <see cref="BackwardReadsOutput"/>. Passes that a neighbour may do (see <see cref="CompileOptions.Fuse"/>):
/// <see cref="IsRectifier"/> and <see cref="JoinsChannels"/> give work away; <see cref="CanRectify"/>, <see cref="CanMaskDX"/> and
/// <see cref="CanWriteWindow"/> take it on.</para>
/// </summary>
public abstract class Layer
{
    /// <summary>Names the layer.</summary>
    /// <param name="name">Unique in its network; it stands in errors, parameter names and the summary.</param>
    /// <exception cref="NetworkException">The name is empty.</exception>
    protected Layer(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new NetworkException($"a layer of kind {GetType().Name} has no name; every layer needs one, unique in its network. Pass one such as \"conv1\".");
        Name = name;
    }

    /// <summary>The layer's name.</summary>
    public string Name { get; }

    /// <summary>What kind of layer it is, for the summary.</summary>
    public virtual string Kind => GetType().Name;

    /// <summary>Whether y may be x itself, and dx may be dy itself. Only for a layer with one input, an output of the same shape, and a
    /// backward pass that does not read x.</summary>
    public virtual bool MayRunInPlace => false;

    /// <summary>Whether the backward pass reads the inputs; if not, their memory is free for gradients.</summary>
    public virtual bool BackwardReadsInputs => true;

    /// <summary>Whether the backward pass reads the output, other than to mask (<see cref="CanMaskDX"/>); if not, its memory is free for gradients once no one else needs it.</summary>
    public virtual bool BackwardReadsOutput => true;

    /// <summary>Whether the layer is a loss: the output holds its totals (see <see cref="LossTotals"/>), no gradient comes in, and the
    /// backward pass starts here.</summary>
    public virtual bool IsLoss => false;

    /// <summary>A loss's share in the network's whole loss; the layer itself scales its gradients by it.</summary>
    public virtual float LossWeight => 1;

    /// <summary>Whether all that the layer does is y = max(x, 0) and dx = dy where y &gt; 0, else 0. Then the layer below may do the first in its forward
    /// pass, and the layer above the second in its backward pass.</summary>
    public virtual bool IsRectifier => false;

    /// <summary>Whether all that the layer does is to copy its inputs' channels into y, one input after the other, and dy's channels out again. Then the
    /// layers below may work on windows of its y and dy.</summary>
    public virtual bool JoinsChannels => false;

    /// <summary>Whether the forward pass can set y's values below 0 to 0 (<see cref="LayerContext.Rectify"/>). The backward pass then gets the gradient of
    /// what the rectifier reads, as ever. Only used of a layer whose backward pass does not read y, not even for <see cref="CanMaskDX"/>.</summary>
    public virtual bool CanRectify => false;

    /// <summary>Whether the backward pass can set dx to 0 where x is not above 0 (<see cref="LayerTensors.MasksDX"/>), x as it stands then: for a layer
    /// that runs in place it is y, which the layer above then leaves as it is, whatever <see cref="BackwardReadsOutput"/> says. Only used of a layer with one
    /// input.</summary>
    public virtual bool CanMaskDX => false;

    /// <summary>Whether y and dy may be neighbouring channels of wider tensors (<see cref="LayerContext.Window"/>). Only used of a layer that does not run in
    /// place and whose backward pass does not read y.</summary>
    public virtual bool CanWriteWindow => false;

    /// <summary>Checks the inputs and computes the output's shape.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>Shape of the output.</returns>
    /// <exception cref="ShapeException">The inputs do not fit; the message names the layer, the shapes, the rule and the way out.</exception>
    public abstract Shape OutputOf(IReadOnlyList<Shape> inputs);

    /// <summary>The parameters that the layer learns, in Caffe's order: weights, then bias.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>Their definitions; none by default.</returns>
    public virtual IReadOnlyList<ParameterDefinition> ParametersOf(IReadOnlyList<Shape> inputs) => [];

    /// <summary>Tensors other than the output that the forward pass leaves for the backward pass, such as a pooling layer's positions.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>Their shapes; none by default.</returns>
    public virtual IReadOnlyList<Shape> SavedOf(IReadOnlyList<Shape> inputs) => [];

    /// <summary>Loads what the layer runs on a device.</summary>
    /// <param name="context">The device, the inputs' shapes, and what the layer takes on for its neighbours: only what it declares that it can.</param>
    /// <returns>The layer, ready to compute.</returns>
    public abstract BoundLayer Open(LayerContext context);

    /// <summary>Throws unless there is exactly one input.</summary>
    /// <param name="inputs">Shapes of the inputs.</param>
    /// <returns>The one.</returns>
    /// <exception cref="ShapeException">There are none or several.</exception>
    protected Shape Single(IReadOnlyList<Shape> inputs) => inputs.Count == 1
        ? inputs[0]
        : throw new ShapeException($"{Name}: {inputs.Count} inputs given ({string.Join(", ", inputs)}); {Kind} takes exactly one. Join several with a Concatenation first.");
}

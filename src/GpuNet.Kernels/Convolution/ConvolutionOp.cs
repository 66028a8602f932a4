using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A convolution of NCHW tensors and its gradients. The letters: x (N, C, H, W) the input, w (O, C/groups, kh, kw) the weights, b (O)
/// the bias, y (N, O, OH, OW) the output, and d… the gradients of the loss with respect to them. On every device but the CPU it owns tables of some
/// bytes for each pixel of an image and each weight of a filter.
/// </summary>
public sealed class ConvolutionOp : IDisposable
{
    private readonly Action<Tensor, Tensor, Tensor?, ArrayView<float>, Tensor> forward;
    private readonly Action<ArrayView<float>, Tensor, Tensor, Tensor?, Tensor> backwardData;
    private readonly Action<Tensor, ArrayView<float>, Tensor, Tensor?, Tensor> backwardWeights;
    private readonly Shape output;
    private readonly long outputOffset;
    private readonly ImplicitGemm? gemm;

    /// <summary>Chooses and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="options">What it does beside convolving; null for nothing.</param>
    /// <exception cref="ShapeException">The sizes make no convolution, the window does not hold its channels, or a worker of a CPU session would copy more
    /// than 2³¹ − 1 values at once.</exception>
    public ConvolutionOp(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions? options = null)
        : this(session, geometry, options, null)
    {
    }

    /// <summary>Computes it as planned, or chooses if there is no plan.</summary>
    internal ConvolutionOp(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions? options, ConvolutionPlan? plan)
    {
        geometry.ThrowIfInvalid("convolution");
        Geometry = geometry;
        Options = options ?? ConvolutionOptions.Default;
        if (Options.Window is { } window && (window.First < 0 || window.First > window.Total - geometry.OutputChannels))
            throw new ShapeException($"convolution: {geometry.OutputChannels} output channels from channel {window.First} do not fit {window.Total} channels; a window must lie within its tensor. Lower the first channel, or widen the tensor.");
        output = geometry.OutputIn(Options.Window);
        ShapeException.ThrowIfTooLong("convolution", output);
        outputOffset = (Options.Window?.First ?? 0) * (long)output.PlaneSize;
        plan ??= ConvolutionPlan.For(session, geometry, Options);
        Choice = plan.Choice;
        if (session.UsesTiles)
        {
            var tiles = new ConvolutionTiles(session, geometry, Options, plan);
            WorkspaceLength = tiles.WorkspaceLength;
            forward = tiles.Forward;
            backwardData = tiles.BackwardData;
            backwardWeights = tiles.BackwardWeights;
        }
        else
        {
            gemm = new ImplicitGemm(session, geometry, Options);
            WorkspaceLength = gemm.WorkspaceLength;
            forward = gemm.Forward;
            backwardData = gemm.BackwardData;
            backwardWeights = gemm.BackwardWeights;
        }
    }

    /// <summary>The sizes.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>What the op does beside convolving.</summary>
    public ConvolutionOptions Options { get; }

    /// <summary>How the passes are computed, and why.</summary>
    public ConvolutionChoice Choice { get; }

    /// <summary>Values that the workspace must hold at least; 0 if none is used. Ops that run one after the other may share one.</summary>
    public long WorkspaceLength { get; }

    /// <summary>y[n,o,i,j] = b[o] + Σ over c, r, s of w[o,c,r,s]·x[n, c of o's group, i·stride − padding + r·dilation, …]; x is 0 outside. Values below 0
    /// become 0 if the options say so.</summary>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <param name="y">Output, or the wider tensor that it is a window of.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void Forward(Tensor x, Tensor w, Tensor? b, Tensor y, Tensor workspace)
    {
        ShapeException.ThrowUnless("convolution: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("convolution: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: b", b?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowUnless("convolution: y", y.Shape, output);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        forward(x, w, b, WindowOf(y), workspace);
    }

    /// <summary>dx = the sum, over the windows that an input value lies in, of its weight there times dy.</summary>
    /// <param name="dy">Gradient of the output, or the wider tensor that it is a window of.</param>
    /// <param name="w">Weights.</param>
    /// <param name="dx">Gradient of the input: overwritten.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <param name="mask">Where it is not above 0, dx becomes 0: with x itself, dx is the gradient of what a rectifier that wrote x had read. Null for none.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardData(Tensor dy, Tensor w, Tensor dx, Tensor workspace, Tensor? mask = null)
    {
        ShapeException.ThrowUnless("convolution: dy", dy.Shape, output);
        ShapeException.ThrowUnless("convolution: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: dx", dx.Shape, Geometry.Input);
        ShapeException.ThrowUnless("convolution: mask", mask?.Shape ?? Geometry.Input, Geometry.Input);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        backwardData(WindowOf(dy), w, dx, mask, workspace);
    }

    /// <summary>dw = Σ over batch and pixels of x·dy; db = Σ over batch and pixels of dy.</summary>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output, or the wider tensor that it is a window of.</param>
    /// <param name="dw">Gradient of the weights: overwritten.</param>
    /// <param name="db">Gradient of the bias, overwritten; null if there is none.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardWeights(Tensor x, Tensor dy, Tensor dw, Tensor? db, Tensor workspace)
    {
        ShapeException.ThrowUnless("convolution: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("convolution: dy", dy.Shape, output);
        ShapeException.ThrowUnless("convolution: dw", dw.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: db", db?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        backwardWeights(x, WindowOf(dy), dw, db, workspace);
    }

    /// <summary>Frees the tables.</summary>
    public void Dispose() => gemm?.Dispose();

    // From the first channel of the window on; its images lie as far apart as the wider tensor's.
    private ArrayView<float> WindowOf(Tensor y) => y.View.SubView(outputOffset, y.Length - outputOffset);
}

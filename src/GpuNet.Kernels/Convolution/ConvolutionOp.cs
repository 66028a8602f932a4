using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A convolution of NCHW tensors and its gradients. The letters: x (N, C, H, W) the input, w (O, C/groups, kh, kw) the weights, b (O)
/// the bias, y (N, O, OH, OW) the output, and d… the gradients of the loss with respect to them.
/// </summary>
public sealed class ConvolutionOp
{
    private readonly Action<Tensor, Tensor, Tensor?, Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, Tensor> backwardData;
    private readonly Action<Tensor, Tensor, Tensor, Tensor?, Tensor> backwardWeights;

    /// <summary>Chooses and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <exception cref="ShapeException">The sizes make no convolution, or a worker of a CPU session would copy more than 2³¹ − 1 values at once.</exception>
    public ConvolutionOp(DeviceSession session, ConvolutionGeometry geometry)
    {
        geometry.ThrowIfInvalid("convolution");
        Geometry = geometry;
        if (session.UsesTiles)
        {
            var tiles = new ConvolutionTiles(session, geometry);
            WorkspaceLength = tiles.WorkspaceLength;
            forward = tiles.Forward;
            backwardData = tiles.BackwardData;
            backwardWeights = tiles.BackwardWeights;
        }
        else
        {
            var gemm = new ImplicitGemm(session, geometry);
            WorkspaceLength = gemm.WorkspaceLength;
            forward = gemm.Forward;
            backwardData = gemm.BackwardData;
            backwardWeights = gemm.BackwardWeights;
        }
    }

    /// <summary>The sizes.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>Values that the workspace must hold at least; 0 if none is used. Ops that run one after the other may share one.</summary>
    public long WorkspaceLength { get; }

    /// <summary>y[n,o,i,j] = b[o] + Σ over c, r, s of w[o,c,r,s]·x[n, c of o's group, i·stride − padding + r·dilation, …]; x is 0 outside.</summary>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <param name="y">Output.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void Forward(Tensor x, Tensor w, Tensor? b, Tensor y, Tensor workspace)
    {
        ShapeException.ThrowUnless("convolution: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("convolution: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: b", b?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowUnless("convolution: y", y.Shape, Geometry.Output);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        forward(x, w, b, y, workspace);
    }

    /// <summary>dx = the sum, over the windows that an input value lies in, of its weight there times dy.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="w">Weights.</param>
    /// <param name="dx">Gradient of the input: overwritten.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardData(Tensor dy, Tensor w, Tensor dx, Tensor workspace)
    {
        ShapeException.ThrowUnless("convolution: dy", dy.Shape, Geometry.Output);
        ShapeException.ThrowUnless("convolution: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: dx", dx.Shape, Geometry.Input);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        backwardData(dy, w, dx, workspace);
    }

    /// <summary>dw = Σ over batch and pixels of x·dy; db = Σ over batch and pixels of dy.</summary>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dw">Gradient of the weights: overwritten.</param>
    /// <param name="db">Gradient of the bias, overwritten; null if there is none.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardWeights(Tensor x, Tensor dy, Tensor dw, Tensor? db, Tensor workspace)
    {
        ShapeException.ThrowUnless("convolution: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("convolution: dy", dy.Shape, Geometry.Output);
        ShapeException.ThrowUnless("convolution: dw", dw.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("convolution: db", db?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowIfSmaller("convolution", workspace.Length, WorkspaceLength);
        backwardWeights(x, dy, dw, db, workspace);
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// An inner product (fully connected) layer and its gradients. The letters: x (N, C, H, W) the input, w (Outputs × C·H·W) the weights,
/// b (Outputs) the bias, y (N × Outputs) the output, and d… the gradients of the loss with respect to them.
/// </summary>
public sealed class InnerProductOp
{
    private readonly Action<Tensor, Tensor, Tensor?, Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor, Tensor?, Tensor> backwardData;
    private readonly Action<Tensor, Tensor, Tensor, Tensor?, Tensor> backwardWeights;

    /// <summary>Chooses and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="rectify">Whether y goes through a rectifier on its way to memory: y = max(…, 0). The op's gradients do not: they take dy as the
    /// gradient of what the rectifier reads.</param>
    /// <exception cref="ShapeException">The sizes make no inner product.</exception>
    public InnerProductOp(DeviceSession session, InnerProductGeometry geometry, bool rectify = false)
    {
        geometry.ThrowIfInvalid("inner product");
        Geometry = geometry;
        if (session.UsesTiles)
        {
            var forwardTiles = new MatrixMultiplyTiles(session, geometry.Forward);
            var dataTiles = new MatrixMultiplyTiles(session, geometry.BackwardData);
            var weightsTiles = new MatrixMultiplyTiles(session, geometry.BackwardWeights);
            WorkspaceLength = Math.Max(forwardTiles.WorkspaceLength, Math.Max(dataTiles.WorkspaceLength, weightsTiles.WorkspaceLength));
            forward = (x, w, b, y, workspace) => forwardTiles.Multiply(x, w, Epilogue.Forward(b, rectify), y, workspace);
            backwardData = (dy, w, dx, mask, workspace) => dataTiles.Multiply(dy, w, Epilogue.Gradient(mask), dx, workspace);
            backwardWeights = (x, dy, dw, db, workspace) => weightsTiles.MultiplyAndSumRows(dy, x, dw, db, workspace);
        }
        else
        {
            var forwardGemm = new Gemm(session, geometry.Forward);
            var dataGemm = new Gemm(session, geometry.BackwardData);
            var weightsGemm = new Gemm(session, geometry.BackwardWeights);
            var biasGradient = new BiasGradient(session, geometry.Output, geometry.Outputs);
            WorkspaceLength = Math.Max(Math.Max(forwardGemm.WorkspaceLength, dataGemm.WorkspaceLength), Math.Max(weightsGemm.WorkspaceLength, biasGradient.WorkspaceLength));
            forward = (x, w, b, y, workspace) => forwardGemm.Multiply(x, w, y, workspace, b, rectify);
            backwardData = (dy, w, dx, mask, workspace) => dataGemm.Multiply(dy, w, dx, workspace, mask: mask);
            backwardWeights = (x, dy, dw, db, workspace) =>
            {
                weightsGemm.Multiply(dy, x, dw, workspace);
                if (db is Tensor bias)
                    biasGradient.Run(dy.View, bias, workspace);
            };
        }
    }

    /// <summary>The sizes.</summary>
    public InnerProductGeometry Geometry { get; }

    /// <summary>Values that the workspace must hold at least; 0 if none is used. Ops that run one after the other may share one.</summary>
    public long WorkspaceLength { get; }

    /// <summary>y = x·wᵀ + b; values below 0 become 0 if the op rectifies.</summary>
    /// <param name="x">Input.</param>
    /// <param name="w">Weights.</param>
    /// <param name="b">Bias, or null for none.</param>
    /// <param name="y">Output.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void Forward(Tensor x, Tensor w, Tensor? b, Tensor y, Tensor workspace)
    {
        ShapeException.ThrowUnless("inner product: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("inner product: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("inner product: b", b?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowUnless("inner product: y", y.Shape, Geometry.Output);
        ShapeException.ThrowIfSmaller("inner product", workspace.Length, WorkspaceLength);
        forward(x, w, b, y, workspace);
    }

    /// <summary>dx = dy·w.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="w">Weights.</param>
    /// <param name="dx">Gradient of the input: overwritten.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <param name="mask">Where it is not above 0, dx becomes 0: with x itself, dx is the gradient of what a rectifier that wrote x had read. Null for none.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardData(Tensor dy, Tensor w, Tensor dx, Tensor workspace, Tensor? mask = null)
    {
        ShapeException.ThrowUnless("inner product: dy", dy.Shape, Geometry.Output);
        ShapeException.ThrowUnless("inner product: w", w.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("inner product: dx", dx.Shape, Geometry.Input);
        ShapeException.ThrowUnless("inner product: mask", mask?.Shape ?? Geometry.Input, Geometry.Input);
        ShapeException.ThrowIfSmaller("inner product", workspace.Length, WorkspaceLength);
        backwardData(dy, w, dx, mask, workspace);
    }

    /// <summary>dw = dyᵀ·x; db = Σ over the batch of dy.</summary>
    /// <param name="x">Input.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dw">Gradient of the weights: overwritten.</param>
    /// <param name="db">Gradient of the bias, overwritten; null if there is none.</param>
    /// <param name="workspace">Scratch memory of at least <see cref="WorkspaceLength"/> values.</param>
    /// <exception cref="ShapeException">A shape differs from the geometry's, or the workspace is too small.</exception>
    public void BackwardWeights(Tensor x, Tensor dy, Tensor dw, Tensor? db, Tensor workspace)
    {
        ShapeException.ThrowUnless("inner product: x", x.Shape, Geometry.Input);
        ShapeException.ThrowUnless("inner product: dy", dy.Shape, Geometry.Output);
        ShapeException.ThrowUnless("inner product: dw", dw.Shape, Geometry.Weights);
        ShapeException.ThrowUnless("inner product: db", db?.Shape ?? Geometry.Bias, Geometry.Bias);
        ShapeException.ThrowIfSmaller("inner product", workspace.Length, WorkspaceLength);
        backwardWeights(x, dy, dw, db, workspace);
    }
}

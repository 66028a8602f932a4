using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>An inner-product layer of a known network.</summary>
/// <param name="Layer">Network and layer.</param>
/// <param name="Geometry">Its sizes.</param>
public sealed record InnerProductCase(string Layer, InnerProductGeometry Geometry) : KernelCase($"{Layer} inner product")
{
    /// <summary>The layers measured: cifar10_quick's first, AlexNet's first and last.</summary>
    public static new IReadOnlyList<InnerProductCase> All { get; } =
    [
        new("cifar10 ip1", new(new(100, 64, 4, 4), 64)),
        new("alexnet fc6", new(new(16, 256, 6, 6), 4096)),
        new("alexnet fc8", new(Shape.Matrix(16, 4096), 1000)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData, KernelPass.BackwardWeights];

    /// <inheritdoc/>
    public override bool IsQuick(KernelPass pass) => Geometry.Outputs < 4096;

    /// <inheritdoc/>
    public override string Unit => "FLOP";

    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * Geometry.Input.N * Geometry.Weights.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new InnerProductOp(memory.Session, Geometry);
        Tensor x = memory.Take(Geometry.Input), w = memory.Take(Geometry.Weights), b = memory.Take(Geometry.Bias), y = memory.Take(Geometry.Output);
        Tensor dx = memory.Take(Geometry.Input), dw = memory.Take(Geometry.Weights), db = memory.Take(Geometry.Bias);
        var workspace = memory.TakeWorkspace(op.WorkspaceLength);
        return
        [
            new(KernelPass.Forward, () => op.Forward(x, w, b, y, workspace)),
            new(KernelPass.BackwardData, () => op.BackwardData(y, w, dx, workspace)),
            new(KernelPass.BackwardWeights, () => op.BackwardWeights(x, y, dw, db, workspace)),
        ];
    }
}

using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Softmax with its loss, and its gradient.</summary>
/// <param name="Items">Images in a batch.</param>
/// <param name="Classes">Classes.</param>
public sealed record SoftmaxLossCase(int Items, int Classes) : KernelCase($"softmax loss {Items}×{Classes}")
{
    /// <summary>The sizes measured: ImageNet's classes.</summary>
    public static new IReadOnlyList<SoftmaxLossCase> All { get; } = [new(16, 1000)];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: scores are read and probabilities written; backward, probabilities are read and gradients written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * sizeof(float) * Items * Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var shape = Shape.Matrix(Items, Classes);
        var op = memory.Keep(new SoftmaxLossOp(memory.Session, shape));
        var (scores, probabilities, gradient) = (memory.Take(shape), memory.Take(shape), memory.Take(shape));
        var labels = memory.Take(Shape.Matrix(Items, 1));
        labels.CopyFrom([.. Enumerable.Range(0, Items).Select(item => (float)(item * 61 % Classes))]);
        var totals = memory.Take(SoftmaxLossOp.TotalsShape);
        return
        [
            new(KernelPass.Forward, () => op.Forward(scores, labels, probabilities, totals)),
            new(KernelPass.BackwardData, () => op.Backward(probabilities, labels, gradient)),
        ];
    }
}

using System.Globalization;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>An update of so many parameters by Adam, which moves and computes more than any other optimizer but AdaDelta.</summary>
/// <param name="Parameters">How many.</param>
public sealed record AdamCase(int Parameters) : KernelCase($"Adam {Parameters.ToString("N0", CultureInfo.InvariantCulture)}")
{
    /// <summary>The sizes measured, those of <see cref="SgdCase"/>.</summary>
    public static new IReadOnlyList<AdamCase> All { get; } = [.. SgdCase.All.Select(sgd => new AdamCase(sgd.Parameters))];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Update];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: weights, both means and the gradient are read, weights and means written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 7.0 * sizeof(float) * Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new AdamOp(memory.Session);
        var shape = Shape.Vector(Parameters);
        Tensor w = memory.Take(shape), m = memory.TakeZeroed(shape), v = memory.TakeZeroed(shape), dw = memory.Take(shape);
        return [new(KernelPass.Update, () => op.Update(w, m, v, dw, rate: 0.001, momentum: 0.9, momentum2: 0.999, delta: 1e-8, iteration: 9, decay: 0.004))];
    }
}

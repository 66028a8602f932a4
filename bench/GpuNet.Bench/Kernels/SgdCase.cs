using System.Globalization;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>An update of so many parameters.</summary>
/// <param name="Parameters">How many.</param>
public sealed record SgdCase(int Parameters) : KernelCase($"SGD {Parameters.ToString("N0", CultureInfo.InvariantCulture)}")
{
    /// <summary>The sizes measured: cifar10_quick's parameters, which fit the caches, and AlexNet's fc6, which does not.</summary>
    public static new IReadOnlyList<SgdCase> All { get; } = [new(145_578), new(9216 * 4096)];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Update];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: weights, velocity and gradient are read, weights and velocity written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 5.0 * sizeof(float) * Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new SgdOp(memory.Session);
        var (w, v, dw) = (memory.Take(Shape.Vector(Parameters)), memory.Take(Shape.Vector(Parameters)), memory.Take(Shape.Vector(Parameters)));
        return [new(KernelPass.Update, () => op.Update(w, v, dw, rate: 0.001f, momentum: 0.9f, decay: 0.004f))];
    }
}

using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>The norm of all gradients together, and their scaling down to it.</summary>
/// <param name="Network">Whose.</param>
/// <param name="Lengths">Values of each gradient.</param>
public sealed record GradientClipCase(string Network, IReadOnlyList<int> Lengths) : KernelCase($"{Network} gradient clip")
{
    /// <summary>The networks measured: cifar10_quick's five layers, and AlexNet's fc6 alone.</summary>
    public static new IReadOnlyList<GradientClipCase> All { get; } =
        [new("cifar10", [2400, 32, 25_600, 32, 51_200, 64, 65_536, 64, 640, 10]), new("alexnet fc6", [9216 * 4096])];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Update];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: every gradient is read twice and written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 3.0 * sizeof(float) * Lengths.Sum();

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        Tensor[] gradients = [.. Lengths.Select(length => memory.Take(Shape.Vector(length)))];
        // After the first call the norm is what it may be, and values are scaled by about 1.
        var op = memory.Keep(new GradientClipOp(memory.Session, [.. gradients.Select(gradient => gradient.Shape)], most: 1));
        return [new(KernelPass.Update, () => op.Run(gradients))];
    }
}

using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Dropout of a half, which draws its mask anew in each pass.</summary>
/// <param name="Layer">Network and layer.</param>
/// <param name="Shape">Shape of its input.</param>
public sealed record DropoutCase(string Layer, Shape Shape) : KernelCase($"{Layer} dropout")
{
    /// <summary>The layers measured: AlexNet's, and one of a batch that fits no cache.</summary>
    public static new IReadOnlyList<DropoutCase> All { get; } = [new("alexnet drop6", Shape.Matrix(16, 4096)), new("alexnet relu1", new(16, 96, 55, 55))];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: every value is read and written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * sizeof(float) * Shape.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new DropoutOp(memory.Session, ratio: 0.5f, seed: 1, stream: 0);
        var (x, y) = (memory.Take(Shape), memory.Take(Shape));
        return [new(KernelPass.Forward, () => op.Forward(x, y, iteration: 1)), new(KernelPass.BackwardData, () => op.Backward(y, x, iteration: 1))];
    }
}

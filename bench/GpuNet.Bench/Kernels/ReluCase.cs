using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>The rectifier in place.</summary>
/// <param name="Layer">Network and layer.</param>
/// <param name="Shape">Shape of its input.</param>
public sealed record ReluCase(string Layer, Shape Shape) : KernelCase($"{Layer} ReLU")
{
    /// <summary>The layers measured.</summary>
    public static new IReadOnlyList<ReluCase> All { get; } =
    [
        new("alexnet relu1", new(16, 96, 55, 55)),
        new("googlenet relu1", new(16, 64, 112, 112)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: x is read and written; backward, dy is read and written and y read.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => sizeof(float) * (double)Shape.Length * (pass == KernelPass.Forward ? 2 : 3);

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new ReluOp(memory.Session);
        var (y, dy) = (memory.Take(Shape), memory.Take(Shape));
        return [new(KernelPass.Forward, () => op.Forward(y, y)), new(KernelPass.BackwardData, () => op.Backward(y, dy, dy))];
    }
}

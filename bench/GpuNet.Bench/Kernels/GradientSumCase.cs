using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>The sum of the gradients of a tensor that several layers read.</summary>
/// <param name="Layer">Network and module.</param>
/// <param name="Shape">Shape of the tensor.</param>
/// <param name="Readers">How many read it.</param>
public sealed record GradientSumCase(string Layer, Shape Shape, int Readers) : KernelCase($"{Layer} gradient sum")
{
    /// <summary>The modules measured: the input of an inception module, which its four branches read.</summary>
    public static new IReadOnlyList<GradientSumCase> All { get; } = [new("googlenet 3a", new(16, 192, 28, 28), 4)];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: each gradient is read and the sum written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => (Readers + 1.0) * sizeof(float) * Shape.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new GradientSumOp(memory.Session, Readers);
        Tensor[] dys = [.. Enumerable.Range(0, Readers).Select(_ => memory.Take(Shape))];
        var dx = memory.Take(Shape);
        return [new(KernelPass.BackwardData, () => op.Run(dys, dx))];
    }
}

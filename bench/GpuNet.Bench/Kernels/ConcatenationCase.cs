using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>The concatenation of an inception module's branches, by copying. (A network that is compiled with fusion writes the branches in place.)</summary>
/// <param name="Layer">Network and module.</param>
/// <param name="Branches">Shapes of the branches.</param>
public sealed record ConcatenationCase(string Layer, IReadOnlyList<Shape> Branches) : KernelCase($"{Layer} concatenation")
{
    /// <summary>The modules measured.</summary>
    public static new IReadOnlyList<ConcatenationCase> All { get; } =
        [new("googlenet 3a", [new(16, 64, 28, 28), new(16, 128, 28, 28), new(16, 32, 28, 28), new(16, 32, 28, 28)])];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: every value is read and written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * sizeof(float) * Branches.Sum(branch => branch.Length);

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new ConcatenationOp(memory.Session, Branches);
        Tensor[] xs = [.. Branches.Select(memory.Take)];
        var y = memory.Take(op.Output);
        return [new(KernelPass.Forward, () => op.Forward(xs, y)), new(KernelPass.BackwardData, () => op.Backward(y, xs))];
    }
}

using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Local response normalisation: across channels, with the constants of AlexNet and GoogLeNet, or within each, with those of cifar10_full.</summary>
/// <param name="Layer">Network and layer.</param>
/// <param name="Shape">Shape of its input.</param>
/// <param name="IsWithin">Whether it is within channels.</param>
public sealed record NormCase(string Layer, Shape Shape, bool IsWithin = false) : KernelCase($"{Layer} LRN")
{
    /// <summary>The layers measured.</summary>
    public static new IReadOnlyList<NormCase> All { get; } =
    [
        new("cifar10 norm1", new(100, 32, 16, 16), IsWithin: true),
        new("alexnet norm1", new(16, 96, 55, 55)),
        new("googlenet norm2", new(16, 192, 56, 56)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes of x and y; backward of x, dy and dx.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => sizeof(float) * (double)Shape.Length * (pass == KernelPass.Forward ? 2 : 3);

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        LocalResponseNormOp op = IsWithin
            ? new WithinChannelNormOp(memory.Session, Shape, new(Size: 3, Alpha: 5e-5f, Beta: 0.75f))
            : new AcrossChannelsNormOp(memory.Session, Shape, new(Size: 5, Alpha: 1e-4f, Beta: 0.75f));
        var (x, y, dy, dx) = (memory.Take(Shape), memory.Take(Shape), memory.Take(Shape), memory.Take(Shape));
        return [new(KernelPass.Forward, () => op.Forward(x, y)), new(KernelPass.BackwardData, () => op.Backward(x, dy, dx))];
    }
}

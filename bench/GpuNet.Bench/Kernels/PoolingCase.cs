using GpuNet.Kernels.Pooling;

namespace GpuNet.Bench.Kernels;

/// <summary>A pooling layer of a known network.</summary>
/// <param name="Name">Network and layer.</param>
/// <param name="IsMax">Whether it takes the largest value, rather than the average.</param>
/// <param name="Geometry">Its sizes.</param>
public sealed record PoolingCase(string Name, bool IsMax, PoolingGeometry Geometry) : KernelCase($"{Name} {(IsMax ? "max" : "average")}")
{
    /// <summary>The layers measured. (AlexNet's first pooling takes the maximum; the average in its shape is to compare with it.)</summary>
    public static new IReadOnlyList<PoolingCase> All { get; } =
    [
        new("cifar10 pool1", true, new(new(100, 32, 32, 32), 3, 2, 0)),
        new("cifar10 pool2", false, new(new(100, 32, 16, 16), 3, 2, 0)),
        new("alexnet pool1", true, new(new(16, 96, 55, 55), 3, 2, 0)),
        new("alexnet pool1", false, new(new(16, 96, 55, 55), 3, 2, 0)),
        new("googlenet pool1", true, new(new(16, 64, 112, 112), 3, 2, 0)),
        new("googlenet 3b pool", true, new(new(16, 256, 28, 28), 3, 1, 1)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes of x and y, or of their gradients, and of the positions that max pooling keeps.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => sizeof(float) * (double)(Geometry.Input.Length + (IsMax ? 2 : 1) * Geometry.Output.Length);

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var (x, y, dx) = (memory.Take(Geometry.Input), memory.Take(Geometry.Output), memory.Take(Geometry.Input));
        if (!IsMax)
        {
            var average = new AveragePoolingOp(memory.Session, Geometry);
            return [new(KernelPass.Forward, () => average.Forward(x, y)), new(KernelPass.BackwardData, () => average.Backward(y, dx))];
        }

        var max = new MaxPoolingOp(memory.Session, Geometry);
        var argmax = memory.Take(Geometry.Output);
        return [new(KernelPass.Forward, () => max.Forward(x, y, argmax)), new(KernelPass.BackwardData, () => max.Backward(y, argmax, dx))];
    }
}

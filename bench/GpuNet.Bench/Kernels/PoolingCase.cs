using GpuNet.Kernels.Pooling;

namespace GpuNet.Bench.Kernels;

/// <summary>A pooling layer of a known network.</summary>
/// <param name="Name">Network and layer.</param>
/// <param name="Geometry">Its sizes.</param>
public sealed record PoolingCase(string Name, PoolingGeometry Geometry) : IWorkload
{
    /// <summary>The layers measured.</summary>
    public static IReadOnlyList<PoolingCase> All { get; } =
    [
        new("cifar10 pool1", new(new(100, 32, 32, 32), 3, 2, 0)),
        new("cifar10 pool2", new(new(100, 32, 16, 16), 3, 2, 0)),
        new("alexnet pool1", new(new(16, 96, 55, 55), 3, 2, 0)),
    ];

    /// <summary>Bytes of x and y, or of their gradients; the positions that max pooling keeps are not counted.</summary>
    public double Amount => sizeof(float) * (double)(Geometry.Input.Length + Geometry.Output.Length);

    /// <inheritdoc/>
    public string Unit => "B";

    /// <inheritdoc/>
    public override string ToString() => Name;
}

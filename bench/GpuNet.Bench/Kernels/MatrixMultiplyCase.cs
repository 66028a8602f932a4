using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Bench.Kernels;

/// <summary>A matrix product.</summary>
/// <param name="Geometry">Its sizes.</param>
public sealed record MatrixMultiplyCase(MatrixMultiplyGeometry Geometry) : IWorkload
{
    /// <summary>The products measured: a large square one, and the first inner product of cifar10_quick and of AlexNet.</summary>
    public static IReadOnlyList<MatrixMultiplyCase> All { get; } =
    [
        new(new MatrixMultiplyGeometry(1024, 1024, 1024, false, false)),
        new(new MatrixMultiplyGeometry(100, 64, 1024, false, true)),
        new(new MatrixMultiplyGeometry(16, 4096, 9216, false, true)),
    ];

    /// <inheritdoc/>
    public double Amount => 2.0 * Geometry.M * Geometry.N * Geometry.K;

    /// <inheritdoc/>
    public string Unit => "FLOP";

    /// <inheritdoc/>
    public override string ToString() => $"{Geometry.M}×{Geometry.N}×{Geometry.K}{(Geometry.TransposeB ? " B transposed" : "")}";
}

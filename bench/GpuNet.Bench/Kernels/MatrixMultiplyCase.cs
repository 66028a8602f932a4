using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Bench.Kernels;

/// <summary>A matrix product.</summary>
/// <param name="Geometry">Its sizes.</param>
public sealed record MatrixMultiplyCase(MatrixMultiplyGeometry Geometry) : KernelCase(NameOf(Geometry))
{
    /// <summary>The products measured, M×N×K: a large square one, two oblong ones, and the first inner product of cifar10_quick and of AlexNet.</summary>
    public static new IReadOnlyList<MatrixMultiplyCase> All { get; } =
    [
        new(new MatrixMultiplyGeometry(1024, 1024, 1024, false, false)),
        new(new MatrixMultiplyGeometry(4096, 256, 4096, false, false)),
        new(new MatrixMultiplyGeometry(4096, 4096, 256, false, false)),
        new(new MatrixMultiplyGeometry(100, 64, 1024, false, true)),
        new(new MatrixMultiplyGeometry(16, 4096, 9216, false, true)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Product];

    /// <inheritdoc/>
    public override bool IsQuick(KernelPass pass) => (long)Geometry.M * Geometry.N * Geometry.K <= 1L << 30;

    /// <inheritdoc/>
    public override string Unit => "FLOP";

    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * Geometry.M * Geometry.N * Geometry.K;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new MatrixMultiplyOp(memory.Session, Geometry);
        var (a, b, c) = (memory.Take(Geometry.A), memory.Take(Geometry.B), memory.Take(Geometry.C));
        var workspace = memory.TakeWorkspace(op.WorkspaceLength);
        return [new(KernelPass.Product, () => op.Run(a, b, c, workspace))];
    }

    private static string NameOf(MatrixMultiplyGeometry geometry) =>
        $"sgemm {geometry.M}×{geometry.N}×{geometry.K}{(geometry.TransposeB ? " B transposed" : "")}";
}

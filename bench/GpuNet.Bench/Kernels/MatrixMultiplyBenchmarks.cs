using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Matrix products: M×N×K.</summary>
public class MatrixMultiplyBenchmarks : KernelBenchmarks
{
    private MatrixMultiplyOp op = null!;
    private Tensor a;
    private Tensor b;
    private Tensor c;
    private Tensor workspace;

    /// <summary>The products.</summary>
    public static IEnumerable<MatrixMultiplyCase> Sizes => MatrixMultiplyCase.All;

    /// <summary>The product.</summary>
    [ParamsSource(nameof(Sizes))]
    public MatrixMultiplyCase Size { get; set; } = null!;

    [Benchmark]
    public void Multiply()
    {
        op.Run(a, b, c, workspace);
        Session.Synchronize();
    }

    /// <inheritdoc/>
    protected override void SetUp()
    {
        op = new MatrixMultiplyOp(Session, Size.Geometry);
        a = Take(Size.Geometry.A);
        b = Take(Size.Geometry.B);
        c = Take(Size.Geometry.C);
        workspace = TakeWorkspace(op.WorkspaceLength);
    }
}

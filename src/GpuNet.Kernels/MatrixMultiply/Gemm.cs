using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>C = op(A)·op(B), finished as asked, by the portable kernels.</summary>
internal sealed class Gemm
{
    private readonly MatrixMultiplyGeometry geometry;
    private readonly IGemmPass product;
    private readonly SplitSum splitSum;

    /// <summary>Plans the product for the session's device.</summary>
    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry)
        : this(session, geometry, GemmPlan.For(session, RequestOf(geometry)))
    {
    }

    /// <summary>Computes it as planned.</summary>
    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry, GemmPlan plan)
    {
        this.geometry = geometry;
        int m = geometry.M, n = geometry.N, k = geometry.K;
        // Rows of A as they are, or columns of B stored as rows: both are K long.
        var lines = Matrix.Of(k % 4 == 0, (ArrayView<float> values) => new LinesOperand<Aligned>(values, k), (ArrayView<float> values) => new LinesOperand<Unaligned>(values, k));
        var columnsOfA = Matrix.Of(m % 4 == 0, (ArrayView<float> a) => new InterleavedOperand<Aligned>(a, m), (ArrayView<float> a) => new InterleavedOperand<Unaligned>(a, m));
        var columnsOfB = Matrix.Of(n % 4 == 0, (ArrayView<float> b) => new InterleavedOperand<Aligned>(b, n), (ArrayView<float> b) => new InterleavedOperand<Unaligned>(b, n));
        var c = Result.Of(
            n % 4 == 0,
            (ArrayView<float> values, GemmEpilogue epilogue) => new MatrixResult<Aligned>(values, m, n, m * n, epilogue),
            (ArrayView<float> values, GemmEpilogue epilogue) => new MatrixResult<Unaligned>(values, m, n, m * n, epilogue));
        var size = RequestOf(geometry).Size;
        product = (geometry.TransposeA, geometry.TransposeB) switch
        {
            (false, false) => GemmPass.Of(session, size, plan, lines, columnsOfB, c),
            (false, true) => GemmPass.Of(session, size, plan, lines, lines, c),
            (true, false) => GemmPass.Of(session, size, plan, columnsOfA, columnsOfB, c),
            (true, true) => GemmPass.Of(session, size, plan, columnsOfA, lines, c),
        };
        splitSum = new SplitSum(session, product.Splits, m * n);
    }

    public long WorkspaceLength => splitSum.WorkspaceLength;

    /// <summary>C = op(A)·op(B), finished as <see cref="GemmEpilogue.Of"/> says.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor c, Tensor workspace, Tensor? bias = null, bool rectify = false, Tensor? mask = null)
    {
        var epilogue = GemmEpilogue.Of(c.View, bias, rectify, mask);
        if (splitSum.IsNeeded)
        {
            product.Run(a.View, b.View, workspace.View, GemmEpilogue.Of(workspace.View));
            splitSum.Run(workspace, c, geometry.N, epilogue);
        }
        else
        {
            product.Run(a.View, b.View, c.View, epilogue);
        }
    }

    private static GemmRequest RequestOf(MatrixMultiplyGeometry geometry) => GemmRequest.Of(
        $"multiply.{(geometry.TransposeA ? 't' : 'n')}{(geometry.TransposeB ? 't' : 'n')}",
        new(1, geometry.M, geometry.N, geometry.K));
}

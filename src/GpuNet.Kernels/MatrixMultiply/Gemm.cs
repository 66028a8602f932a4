using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>C = op(A)·op(B), finished as asked, by the portable kernels.</summary>
internal sealed class Gemm
{
    private readonly Action<ArrayView<float>, ArrayView<float>, MatrixResult> multiply;
    private readonly SplitSum splitSum;
    private readonly MatrixMultiplyGeometry geometry;

    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry)
    {
        this.geometry = geometry;
        int m = geometry.M, n = geometry.N, k = geometry.K;
        (multiply, int splits) = (geometry.TransposeA, geometry.TransposeB) switch
        {
            (false, false) => Load<LinesOperand, InterleavedOperand>(session, a => new(a, k), b => new(b, n)),
            (false, true) => Load<LinesOperand, LinesOperand>(session, a => new(a, k), b => new(b, k)),
            (true, false) => Load<InterleavedOperand, InterleavedOperand>(session, a => new(a, m), b => new(b, n)),
            (true, true) => Load<InterleavedOperand, LinesOperand>(session, a => new(a, m), b => new(b, k)),
        };
        splitSum = new SplitSum(session, splits, m * n);
    }

    public long WorkspaceLength => splitSum.WorkspaceLength;

    /// <summary>C = op(A)·op(B), finished as <see cref="GemmEpilogue.Of"/> says.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor c, Tensor workspace, Tensor? bias = null, bool rectify = false, Tensor? mask = null)
    {
        var epilogue = GemmEpilogue.Of(c.View, bias, rectify, mask);
        if (splitSum.IsNeeded)
        {
            multiply(a.View, b.View, new(workspace.View, geometry.M, geometry.N, geometry.M * geometry.N, GemmEpilogue.Of(workspace.View)));
            splitSum.Run(workspace, c, geometry.N, epilogue);
        }
        else
        {
            multiply(a.View, b.View, new(c.View, geometry.M, geometry.N, 0, epilogue));
        }
    }

    private (Action<ArrayView<float>, ArrayView<float>, MatrixResult> Multiply, int Splits) Load<TLeft, TRight>(
        DeviceSession session, Func<ArrayView<float>, TLeft> left, Func<ArrayView<float>, TRight> right)
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
    {
        var launcher = new GemmLauncher<TLeft, TRight, MatrixResult>(session, new GemmSize(1, geometry.M, geometry.N, geometry.K), mayBeSplit: true);
        return ((a, b, c) => launcher.Run(left(a), right(b), c), launcher.Splits);
    }
}

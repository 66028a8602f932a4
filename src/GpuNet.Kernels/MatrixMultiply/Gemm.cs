using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>C = op(A)·op(B), finished as asked, by the portable kernels.</summary>
internal sealed class Gemm
{
    private readonly DeviceSession session;
    private readonly MatrixMultiplyGeometry geometry;
    private readonly GemmSize size;
    private readonly GemmPlan plan;
    private readonly SplitSum splitSum;

    // A kernel for each combination of aligned matrices, of which most never come up.
    private readonly Launch?[] launches = new Launch?[8];

    /// <summary>Plans the product for the session's device.</summary>
    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry)
        : this(session, geometry, GemmPlan.For(session, RequestOf(geometry)))
    {
    }

    /// <summary>Computes it as planned.</summary>
    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry, GemmPlan plan)
    {
        this.session = session;
        this.geometry = geometry;
        this.plan = plan;
        size = RequestOf(geometry).Size;
        splitSum = new SplitSum(session, plan.Splits(size), geometry.M * geometry.N);
    }

    private delegate void Launch(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int splitPitch, GemmEpilogue epilogue);

    public long WorkspaceLength => splitSum.WorkspaceLength;

    /// <summary>C = op(A)·op(B), finished as <see cref="GemmEpilogue.Of"/> says.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor c, Tensor workspace, Tensor? bias = null, bool rectify = false, Tensor? mask = null)
    {
        var epilogue = GemmEpilogue.Of(c.View, bias, rectify, mask);
        if (splitSum.IsNeeded)
        {
            Run(a.View, b.View, workspace.View, geometry.M * geometry.N, GemmEpilogue.Of(workspace.View));
            splitSum.Run(workspace, c, geometry.N, epilogue);
        }
        else
        {
            Run(a.View, b.View, c.View, 0, epilogue);
        }
    }

    private void Run(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int splitPitch, GemmEpilogue epilogue)
    {
        bool alignedA = Quads.IsAligned(a) && geometry.A.ImageSize % 4 == 0;
        bool alignedB = Quads.IsAligned(b) && geometry.B.ImageSize % 4 == 0;
        bool alignedC = Quads.IsAligned(c) && epilogue.IsAligned && geometry.N % 4 == 0;
        var launch = launches[(alignedA ? 4 : 0) + (alignedB ? 2 : 0) + (alignedC ? 1 : 0)] ??= Load(alignedA, alignedB, alignedC);
        launch(a, b, c, splitPitch, epilogue);
    }

    private Launch Load(bool alignedA, bool alignedB, bool alignedC)
    {
        int m = geometry.M, k = geometry.K;
        return (geometry.TransposeA, alignedA) switch
        {
            (false, false) => LoadRight<LinesOperand<Unaligned>>(a => new(a, k), alignedB, alignedC),
            (false, true) => LoadRight<LinesOperand<Aligned>>(a => new(a, k), alignedB, alignedC),
            (true, false) => LoadRight<InterleavedOperand<Unaligned>>(a => new(a, m), alignedB, alignedC),
            (true, true) => LoadRight<InterleavedOperand<Aligned>>(a => new(a, m), alignedB, alignedC),
        };
    }

    private Launch LoadRight<TLeft>(Func<ArrayView<float>, TLeft> left, bool alignedB, bool alignedC)
        where TLeft : struct, IGemmOperand
    {
        int n = geometry.N, k = geometry.K;
        return (geometry.TransposeB, alignedB) switch
        {
            (false, false) => LoadResult<TLeft, InterleavedOperand<Unaligned>>(left, b => new(b, n), alignedC),
            (false, true) => LoadResult<TLeft, InterleavedOperand<Aligned>>(left, b => new(b, n), alignedC),
            (true, false) => LoadResult<TLeft, LinesOperand<Unaligned>>(left, b => new(b, k), alignedC),
            (true, true) => LoadResult<TLeft, LinesOperand<Aligned>>(left, b => new(b, k), alignedC),
        };
    }

    private Launch LoadResult<TLeft, TRight>(Func<ArrayView<float>, TLeft> left, Func<ArrayView<float>, TRight> right, bool alignedC)
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand =>
        alignedC ? LoadAll<TLeft, TRight, Aligned>(left, right) : LoadAll<TLeft, TRight, Unaligned>(left, right);

    private Launch LoadAll<TLeft, TRight, TAlignment>(Func<ArrayView<float>, TLeft> left, Func<ArrayView<float>, TRight> right)
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TAlignment : struct, IAlignment
    {
        var launcher = new GemmLauncher<TLeft, TRight, MatrixResult<TAlignment>>(session, size, plan);
        return (a, b, c, splitPitch, epilogue) =>
            launcher.Run(left(a), right(b), new MatrixResult<TAlignment>(c, geometry.M, geometry.N, splitPitch, epilogue));
    }

    private static GemmRequest RequestOf(MatrixMultiplyGeometry geometry) => new(
        $"multiply.{(geometry.TransposeA ? 't' : 'n')}{(geometry.TransposeB ? 't' : 'n')}",
        new GemmSize(1, geometry.M, geometry.N, geometry.K),
        MayBeSplit: true);
}

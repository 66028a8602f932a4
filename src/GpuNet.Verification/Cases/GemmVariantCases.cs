using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Every variant of the portable matrix multiply that the device runs, whatever its plan would take, with whole sums and with split ones.</summary>
internal static class GemmVariantCases
{
    // Not every transposition: each is a kernel to compile, and the loads differ by how the terms lie only, which these three cover.
    public static IEnumerable<SelfTestCase> All => GemmVariants.All.SelectMany(variant =>
        (SelfTestCase[])
        [
            Product(variant, new(70, 33, 90, false, false), 3) with { IsQuick = true },
            Product(variant, new(260, 132, 500, false, true), 1),
            Product(variant, new(131, 67, 515, true, false), 4),
            .. Convolution(variant, new(new(3, 12, 14, 14), 24, 5, 2, 2, 1, 2)),
        ]);

    private static SelfTestCase Product(GemmVariant variant, MatrixMultiplyGeometry g, int splits) => new(
        $"tiles {variant.Name}", $"A{(g.TransposeA ? "ᵀ" : "")}·B{(g.TransposeB ? "ᵀ" : "")}", $"{g.M}×{g.K} by {g.K}×{g.N}{(splits > 1 ? $", {splits} parts" : "")}", room =>
        {
            double[] a = Values.Uniform(g.A.Length, 1), b = Values.Uniform(g.B.Length, 2);
            var op = Make(room.Session, variant, splits, () => new MatrixMultiplyOp(room.Session, g));
            var c = room.Empty(g.C);
            op.Run(room.Tensor(g.A, a), room.Tensor(g.B, b), c, room.Workspace(op.WorkspaceLength));
            room.Compare("c", i => MatrixMultiplyReference.Multiply(g, a, b, i), c, g.K);
        })
    { AppliesTo = session => Runs(session, variant) };

    private static IEnumerable<SelfTestCase> Convolution(GemmVariant variant, ConvolutionGeometry g) =>
        ConvolutionCases.Passes(g, null, session => Make(session, variant, 4, () => new ConvolutionOp(session, g)))
            .Select(test => test with { Op = $"tiles {variant.Name}", Pass = $"convolution, {test.Pass}", AppliesTo = session => Runs(session, variant) });

    private static bool Runs(DeviceSession session, GemmVariant variant) => !session.UsesTiles && variant.RunsOn(session.Limits);

    // With the variant for each product that the op asks for.
    private static T Make<T>(DeviceSession session, GemmVariant variant, int splits, Func<T> make)
    {
        var choice = new GemmChoice(variant.Name, splits);
        var requests = session.Tuning.RequestsOf(() => (make() as IDisposable)?.Dispose());
        return requests.Aggregate(make, (inner, request) => () => session.Tuning.With(request, choice, inner))();
    }
}

using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

/// <summary>What the matrix multiply becomes for CUDA; <see cref="Cuda.PtxTests"/> says what no kernel may be.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class GemmPtxTests
{
    // Of a step of 8 × 8 sums, 64 of them multiply-adds and 4 vector loads: the rest must not cost more. The largest tiles load half as much for each sum.
    private const double MostInstructionsPerStep = 90, MostOfLargestTiles = 80;

    private static IEnumerable<TestCaseData> Cases =>
        from variant in GemmVariants.All
        from architecture in PtxCompiler.Architectures
        select new TestCaseData(variant.Name, architecture);

    [TestCaseSource(nameof(Cases))]
    public void Aligned_matrices_are_loaded_and_stored_four_values_at_once(string name, string architecture)
    {
        var variant = GemmVariants.Named(name)!;
        var listing = PtxCompiler.Compile(variant.Method<LinesOperand<Aligned>, InterleavedOperand<Aligned>, MatrixResult<Aligned>>(), architecture, variant.Specialization);
        var loop = CheckLoop(listing, variant);
        Assert.That(loop.GlobalVectorLoads, Is.EqualTo(2 * variant.Depth * (variant.Rows + variant.Columns) / 4 / variant.Threads), "vector loads of a turn");
        Assert.That(loop[PtxClass.LoadGlobal], Is.Zero, "loads of single values");
        Assert.That(listing.Counts[PtxClass.StoreGlobal], Is.Zero, "stores of single values");
        Assert.That(listing.Counts[PtxClass.StoreGlobalVector], Is.EqualTo(variant.Rows * variant.Columns / 4 / variant.Threads), "vector stores");
        Assert.That(listing.Text, Does.Contain($".maxntid {variant.Threads}").And.Contain($".minnctapersm {variant.GroupsPerMultiprocessor}"));
    }

    [TestCaseSource(nameof(Cases))]
    public void Matrices_that_lie_anywhere_take_the_same_sums(string name, string architecture)
    {
        var variant = GemmVariants.Named(name)!;
        CheckLoop(PtxCompiler.Compile(variant.Method<InterleavedOperand<Unaligned>, LinesOperand<Unaligned>, MatrixResult<Unaligned>>(), architecture, variant.Specialization), variant);
    }

    // One turn of the loop takes two tiles.
    private static PtxCounts CheckLoop(PtxListing listing, GemmVariant variant)
    {
        int steps = 2 * variant.Depth, sums = variant.Rows * variant.Columns / variant.Threads;
        var loop = listing.MainLoop!.Counts;
        Assert.That(loop.MultiplyAdds, Is.EqualTo(steps * sums), "multiply-adds of a turn");
        Assert.That(loop.SharedVectorLoads, Is.EqualTo(steps * (sums == 64 ? 4 : 2)), "vector loads from shared memory of a turn");
        Assert.That(loop.Barriers, Is.EqualTo(2), "barriers of a turn");
        Assert.That(listing.SharedBytes, Is.EqualTo(variant.SharedBytes), "shared memory");
        if (sums == 64)
            Assert.That(listing.MainLoop.PerStep(steps), Is.AtMost(variant.Rows == 128 ? MostOfLargestTiles : MostInstructionsPerStep));
        return loop;
    }
}

using System.Globalization;
using System.Reflection;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tests.Cuda;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;
using ILGPU;

namespace GpuNet.Kernels.Tests.Convolution;

/// <summary>What the products of a convolution become for CUDA, beside what <see cref="PtxTests"/> asks of every kernel.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class ConvolutionPtxTests
{
    private const string Architecture = "sm_80";

    // What the project asks of a gather, with its share of the loop, of the store to shared memory and of the barrier.
    private const int MostPerGatheredValue = 20;

    private static readonly GemmVariant Largest = GemmVariants.All[0];

    // Every pair of operands that a convolution launches, and each of its results with several.
    private static IEnumerable<MethodInfo> Products =>
    [
        Product<PlaneRows<Aligned>, WindowColumns<MaskedPlace>, ImageResult<Aligned>>(),
        Product<PlaneRows<Unaligned>, WindowColumns<MaskedPlace>, ImageResult<Unaligned>>(),
        Product<PlaneColumns, WindowColumns<MaskedPlace>, ImageResult<Aligned>>(),
        Product<PlaneRows<Aligned>, WindowColumns<RangedPlace>, ImageResult<Unaligned>>(),
        Product<PlaneRows<Unaligned>, WindowColumns<RangedPlace>, ImageResult<Aligned>>(),
        Product<PlaneRows<Aligned>, PlaneColumns, ImageResult<Aligned>>(),
        Product<PlaneRows<Unaligned>, PlaneColumns, ImageResult<Unaligned>>(),
        Product<PlaneColumns, PlaneColumns, ImageResult<Aligned>>(),
        Product<PlaneRows<Aligned>, TapColumns<MaskedPlace>, MatrixResult<Aligned>>(),
        Product<PlaneRows<Unaligned>, TapColumns<MaskedPlace>, MatrixResult<Unaligned>>(),
        Product<PlaneRows<Aligned>, TapColumns<RangedPlace>, MatrixResult<Unaligned>>(),
        Product<PlaneRows<Unaligned>, TapColumns<RangedPlace>, MatrixResult<Aligned>>(),
        Product<PlaneRows<Aligned>, PlaneRows<Aligned>, MatrixResult<Aligned>>(),
        Product<PlaneRows<Unaligned>, PlaneRows<Aligned>, MatrixResult<Unaligned>>(),
    ];

    private static IEnumerable<TestCaseData> ProductCases => Products.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(NameOf(kernel)));

    private static IEnumerable<TestCaseData> Gathers =>
        from gather in new[]
        {
            Gather<Block128x128x8, WindowColumns<MaskedPlace>>(), Gather<Block128x128x8, WindowColumns<RangedPlace>>(),
            Gather<Block128x128x8, TapColumns<MaskedPlace>>(), Gather<Block128x128x8, TapColumns<RangedPlace>>(),
        }
        from architecture in PtxCompiler.Architectures
        select new TestCaseData(gather, architecture).SetArgDisplayNames(PortableKernels.NameOf(gather), architecture);

    [TestCaseSource(nameof(ProductCases))]
    public void A_product_stays_in_registers_and_loads_and_stores_vectors_where_they_are_aligned(MethodInfo kernel)
    {
        var listing = PtxCompiler.Compile(kernel, Architecture);
        var loop = listing.MainLoop!.Counts;
        Type[] arguments = kernel.GetGenericArguments();
        bool IsAligned(Type type) => type == typeof(PlaneColumns) || type.GenericTypeArguments.Contains(typeof(Aligned));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listing.UsesLocalMemory, Is.False);
            Assert.That(listing.HasUndefinedFunctions, Is.False);
            Assert.That(listing.PossiblyNegativeShifts, Is.Empty);
            Assert.That(listing.SharedBytes, Is.EqualTo(Largest.SharedBytes).And.AtMost(48 * 1024));
            Assert.That(loop.MultiplyAdds, Is.EqualTo(2 * 8 * 64), "64 for each of 16 terms");
            Assert.That(loop.SharedVectorLoads, Is.EqualTo(2 * 8 * 4), "four for each term");
            Assert.That(loop.Of("ld.v4.f32"), Is.EqualTo(2 * arguments[2..4].Count(IsAligned)), "a vector of each aligned operand for each of two tiles");
            Assert.That(listing.Counts.Of("st.v4.f32"), IsAligned(arguments[4]) ? Is.EqualTo(16) : Is.Zero, "vectors of the product");
        }
    }

    // Of a term of 8 × 8 sums. Smaller blocks load more for each sum, and coordinates take more than bits: they are for filters that no network here has.
    [TestCase("128x128x8", 83, 84)]
    [TestCase("128x128x16", 81, 82)]
    [TestCase("64x64x8", 90, 94)]
    public void A_term_costs_at_most_so_many_instructions(string name, double most, double mostOfCoordinates)
    {
        var variant = GemmVariants.Named(name)!;
        Type[] tiles = variant.Method<PlaneColumns, PlaneColumns, ImageResult<Aligned>>().GetGenericArguments()[..2];
        using (Assert.EnterMultipleScope())
        {
            foreach (var product in Products)
            {
                Type[] arguments = product.GetGenericArguments();
                var kernel = product.GetGenericMethodDefinition().MakeGenericMethod([.. tiles, .. arguments[2..]]);
                double perTerm = PtxCompiler.Compile(kernel, Architecture, variant.Specialization).MainLoop!.PerStep(2 * variant.Depth);
                TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{NameOf(kernel),-75} {perTerm,6:F1}"));
                bool hasCoordinates = arguments[3].GenericTypeArguments.Contains(typeof(RangedPlace));
                Assert.That(perTerm, Is.InRange(64.0, hasCoordinates ? mostOfCoordinates : most), NameOf(kernel));
            }
        }
    }

    [TestCaseSource(nameof(Gathers))]
    public void A_gathered_value_costs_at_most_20_instructions(MethodInfo gather, string architecture)
    {
        var loop = PtxCompiler.Compile(gather, architecture).MainLoop!;
        // Two tiles a turn, four values each.
        double perValue = loop.PerStep(8);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{PortableKernels.NameOf(gather)} for {architecture}: {perValue:F2}"));
        Assert.That(perValue, Is.AtMost(MostPerGatheredValue));
        Assert.That(loop.Counts.Barriers, Is.EqualTo(2));
    }

    // The share of GemmKernels.Multiply that brings an operand to shared memory.
    private static void LoadTiles<TBlock, TOperand>(TOperand operand, GemmGrid grid)
        where TBlock : struct, IGemmBlock
        where TOperand : struct, IGemmOperand
    {
        const int threadBits = 8;
        int sliceBits = GemmLoader.SliceBits(TBlock.ColumnBits, threadBits), pitch = GemmLoader.Pitch(TBlock.ColumnBits), start = Grid.IdxY * grid.SplitDepth;
        int line = GemmLoader.Line<TOperand>(Group.IdxX, TBlock.ColumnBits, sliceBits), term = GemmLoader.Term<TOperand>(Group.IdxX, TBlock.ColumnBits, sliceBits);
        operand.Start(new GemmShare(Grid.IdxZ, (Grid.IdxX << TBlock.ColumnBits) + line, grid.Columns, start + term, 1 << sliceBits, grid.Depth));
        var tiles = SharedMemory.Allocate<Quad>((2 << TBlock.DepthBits) * pitch >>> 2);
        int at = term * pitch + line, length = 4 * tiles.IntLength - at;
        ref var quads = ref tiles[at >>> 2];
        ref var values = ref tiles.Cast<float>()[at];
        var next = GemmLoader.Load(ref operand, 0, TBlock.DepthBits, sliceBits);
        for (int depth = 0; depth < grid.Depth - start; depth += 2 << TBlock.DepthBits)
        {
            GemmLoader.Store<TOperand>(next, ref quads, ref values, length, 0, TBlock.ColumnBits, TBlock.DepthBits, sliceBits);
            Group.Barrier();
            next = GemmLoader.Load(ref operand, depth + (1 << TBlock.DepthBits), TBlock.DepthBits, sliceBits);
            GemmLoader.Store<TOperand>(next, ref quads, ref values, length, 1, TBlock.ColumnBits, TBlock.DepthBits, sliceBits);
            Group.Barrier();
            next = GemmLoader.Load(ref operand, depth + (2 << TBlock.DepthBits), TBlock.DepthBits, sliceBits);
        }
    }

    private static MethodInfo Gather<TBlock, TOperand>()
        where TBlock : struct, IGemmBlock
        where TOperand : struct, IGemmOperand => ((Action<TOperand, GemmGrid>)LoadTiles<TBlock, TOperand>).Method;

    private static MethodInfo Product<TLeft, TRight, TResult>()
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResult : struct, IGemmResult => Largest.Method<TLeft, TRight, TResult>();

    private static string NameOf(MethodInfo kernel) => PortableKernels.NameOf(kernel).Split(", ", 3)[2].TrimEnd('>') + ">";
}

using GpuNet.Kernels.Tests.Cuda;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;
using ILGPU;

namespace GpuNet.Kernels.Tests.Traps;

/// <summary>The checks of <see cref="Cuda.PtxTests"/> fail on kernels that fall into a trap, and pass on the sound forms.</summary>
[TestFixtureSource(typeof(PtxCompiler), nameof(PtxCompiler.Architectures))]
[Category(NarrowVectors.Unaffected)]
public sealed class PtxTrapTests(string architecture)
{
    private const int MostSharedBytes = 48 * 1024;

    [Test]
    public void An_array_indexed_in_a_loop_lies_in_local_memory()
    {
        Assert.That(Of(nameof(TrapKernels.ArrayInLoop)).UsesLocalMemory);
        Assert.That(Of(nameof(TrapKernels.StructOfScalars)).UsesLocalMemory, Is.False);
    }

    [Test]
    public void A_division_by_a_constant_power_of_two_becomes_a_shift()
    {
        Assert.That(Of(nameof(TrapKernels.DivideByConstant)).PossiblyNegativeShifts, Has.Count.EqualTo(1));
        Assert.That(Of(nameof(TrapKernels.DivideByVariable)).PossiblyNegativeShifts, Is.Empty);
        Assert.That(Of(nameof(TrapKernels.DivideIndexByConstant)).PossiblyNegativeShifts, Is.Empty);
    }

    [Test]
    public void So_does_one_of_an_unsigned_value_that_may_be_large() =>
        Assert.That(Of(nameof(TrapKernels.DivideLargeByConstant)).PossiblyNegativeShifts, Has.Count.EqualTo(1));

    [Test]
    public void A_fused_multiply_add_is_one_instruction_and_no_undefined_function()
    {
        var listing = Of(nameof(TrapKernels.MultiplyAdd));
        Assert.That(listing.Counts.Of("fma.rn.f32"), Is.EqualTo(1));
        Assert.That(listing.HasUndefinedFunctions, Is.False);
        Assert.That(Of(nameof(TrapKernels.MultiplyAddOfDoubles)).HasUndefinedFunctions);
    }

    [Test]
    public void A_view_cast_after_a_variable_offset_is_loaded_value_by_value()
    {
        Assert.That(Of(nameof(TrapKernels.CastAfterSubView)).Counts.GlobalVectorLoads, Is.Zero);
        Assert.That(Of(nameof(TrapKernels.CastBeforeIndex)).Counts.GlobalVectorLoads, Is.EqualTo(1));
    }

    [Test]
    public void Too_much_shared_memory_compiles()
    {
        Assert.That(Of(nameof(TrapKernels.ShareTooMuch)).SharedBytes, Is.GreaterThan(MostSharedBytes));
        Assert.That(Of(nameof(TrapKernels.ShareEnough)).SharedBytes, Is.EqualTo(MostSharedBytes));
    }

    [Test]
    public void A_kernel_that_does_not_compile_does_not_fail_the_next_one()
    {
        Assert.That(() => Of(nameof(TrapKernels.Clamp)), Throws.Exception);
        Assert.That(Of(nameof(TrapKernels.MinMax)).HasCalls, Is.False);
    }

    // An offset below 0 becomes a large one.
    [TestCase(nameof(TrapKernels.IndexBelowZero))]
    [TestCase(nameof(TrapKernels.CastBeforeIndex))]
    public void Indices_are_widened_as_unsigned(string kernel)
    {
        var counts = Of(kernel).Counts;
        Assert.That(counts.Of("mul.wide.u32") + counts.Of("cvt.u64.u32"), Is.Positive);
        Assert.That(counts.Of("mul.wide.s32") + counts.Of("cvt.s64.s32"), Is.Zero);
    }

    // Threads that part ways must not be said to stay together.
    [Test]
    public void At_O2_divergent_branches_are_marked_uniform()
    {
        Assert.That(UniformConditions(OptimizationLevel.O1), Is.Zero);
        Assert.That(UniformConditions(OptimizationLevel.O2), Is.Positive);

        int UniformConditions(OptimizationLevel level) =>
            PtxCompiler.Compile(typeof(TrapKernels).GetMethod(nameof(TrapKernels.PartWays))!, architecture, default, level)
                .Counts.Instructions.Count(instruction => instruction.Is("bra.uni") && instruction.Predicate.Length > 0);
    }

    // The last thing before the loop's end that may not move is the second barrier, and the load, which the sum needs, is put behind it: there it
    // races with the next step's store. O0 moves nothing.
    [Test]
    public void At_O2_a_load_moves_past_a_barrier()
    {
        var inOrder = Barriers(OptimizationLevel.O0);
        Assert.That(inOrder, Is.EqualTo(new PtxBarrier[] { new(1, false, 1, true), new(1, true, 1, false) }));
        Assert.That(Barriers(OptimizationLevel.O1), Is.EqualTo(inOrder));
        Assert.That(Barriers(OptimizationLevel.O2), Is.EqualTo(new PtxBarrier[] { new(0, false, 2, true), new(2, true, 0, false) }));

        IReadOnlyList<PtxBarrier> Barriers(OptimizationLevel level) =>
            PtxCompiler.Compile(typeof(TrapKernels).GetMethod(nameof(TrapKernels.SumThroughShared))!, architecture, default, level).Barriers;
    }

    // PTX copies the sign of its first operand to its second, and .NET the other way round.
    [Test]
    public void A_copied_sign_has_its_operands_swapped()
    {
        var listing = Of(nameof(TrapKernels.CopySign));
        var copy = listing.Counts.Instructions.Single(instruction => instruction.Is("copysign"));
        var loads = listing.Counts.Instructions.Where(instruction => instruction.Class == PtxClass.LoadGlobal).ToArray();
        Assert.That(copy.Operands.Skip(1), Is.EqualTo(loads.Select(load => load.Operands[0])), "the value comes first, and should come second");
        Assert.That(Of(nameof(TrapKernels.ChooseSign)).Counts.Of("copysign"), Is.Zero);
        Assert.That(PortableKernels.All.Where(kernel => PtxCompiler.Compile(kernel, architecture).Counts.Of("copysign") > 0).Select(PortableKernels.NameOf), Is.Empty);
    }

    [Test]
    public void The_listings_are_of_the_level_that_sessions_compile_at() =>
        Assert.That(typeof(PtxCompiler).GetMethod(nameof(PtxCompiler.Compile), [typeof(System.Reflection.MethodInfo), typeof(string), typeof(ILGPU.Runtime.KernelSpecialization), typeof(OptimizationLevel)])!.GetParameters()[^1].DefaultValue, Is.EqualTo(OptimizationLevel.O1));

    private PtxListing Of(string kernel) => PtxCompiler.Compile(typeof(TrapKernels).GetMethod(kernel)!, architecture);
}

using GpuNet.Testing;
using GpuNet.Testing.Ptx;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>That the analysis sees what is there, on listings written by hand.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class PtxListingTests
{
    private const string Nested = """
            mov.b32 %r1, %tid.x;
            bra L_outer;
        L_outer:
            setp.ge.s32 %p1, %r2, %r3;
            @%p1 bra L_end;
            bra.uni L_inner;
        L_inner:
            fma.rn.f32 %f1, %f2, %f3, %f1;
            ld.shared.v4.f32 {%f4, %f5, %f6, %f7}, [%rd1+16];
            ld.shared.f32 %f2, [%rd1];
            mad.lo.s32 %r4, %r4, 4, %r1;
            setp.lt.s32 %p2, %r4, %r3;
            @%p2 bra L_inner;
            bar.sync 0;
            st.f32 [%rd2], %f1;
            bra L_outer;
        L_end:
            ret;
        """;

    [Test]
    public void Loops_are_found_inside_each_other_with_what_is_in_them()
    {
        var listing = Listing(Nested);
        Assert.That(listing.Loops.Select(loop => (loop.Label, loop.Depth, loop.IsInnermost, loop.Counts.Total)), Is.EqualTo(new[] { ("L_outer", 1, false, 12), ("L_inner", 2, true, 6) }));
        var main = listing.MainLoop!;
        Assert.That(main.Label, Is.EqualTo("L_inner"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(main.Counts.MultiplyAdds, Is.EqualTo(1));
            Assert.That(main.Counts.SharedVectorLoads, Is.EqualTo(1));
            Assert.That(main.Counts[PtxClass.LoadShared], Is.EqualTo(1));
            Assert.That(main.Counts[PtxClass.Integer], Is.EqualTo(1));
            Assert.That(main.Counts[PtxClass.Select], Is.EqualTo(1));
            Assert.That(main.Counts[PtxClass.Branch], Is.EqualTo(1));
            Assert.That(main.Counts.Barriers, Is.Zero);
            Assert.That(listing.Counts.Barriers, Is.EqualTo(1));
            Assert.That(main.Counts.Of("ld.shared"), Is.EqualTo(2));
            Assert.That(main.PerStep(2), Is.EqualTo(3));
        }
    }

    [Test]
    public void A_kernel_without_a_loop_has_no_main_loop() => Assert.That(Listing("ret;").MainLoop, Is.Null);

    [Test]
    public void A_load_past_a_barrier_shows_in_what_the_barriers_part()
    {
        const string load = "ld.shared.v2.f32 {%f1, %f2}, [%rd1];";
        Assert.That(Barriers($"bar.sync 0;\n{load}\nbar.sync 0;"), Is.EqualTo(new PtxBarrier[] { new(0, true, 2, false), new(2, false, 0, true) }));
        Assert.That(Barriers($"bar.sync 0;\nbar.sync 0;\n{load}"), Is.EqualTo(new PtxBarrier[] { new(0, false, 2, true), new(2, true, 0, false) }));

        static IReadOnlyList<PtxBarrier> Barriers(string step) => Listing($"L_loop:\nst.shared.f32 [%rd1], %f1;\n{step}\n@%p1 bra L_loop;\nret;").Barriers;
    }

    [TestCase("ld.param.b32 %r1, [n]; shr.s32 %r2, %r1, 3;", true, TestName = "A parameter may be negative")]
    [TestCase("mov.b32 %r1, %tid.x; shr.s32 %r2, %r1, 3;", false, TestName = "The index of a thread is not")]
    [TestCase("mov.b32 %r1, %tid.x; sub.s32 %r1, %r1, 1; shr.s32 %r2, %r1, 3;", true, TestName = "A difference may be")]
    [TestCase("mov.b32 %r1, %tid.x; add.s32 %r1, %r1, 4294967295; shr.s32 %r2, %r1, 3;", true, TestName = "A sum with a negative constant may be")]
    [TestCase("mov.b32 %r6, %ctaid.x; mov.b32 %r7, %ntid.x; mov.b32 %r8, %tid.x; mad.lo.s32 %r1, %r6, %r7, %r8; shr.s32 %r2, %r1, 3;", false, TestName = "The index of all threads is not")]
    [TestCase("ld.param.b32 %r1, [n]; max.s32 %r1, %r1, 0; shr.s32 %r2, %r1, 3;", false, TestName = "A maximum with 0 is not")]
    [TestCase("ld.param.b32 %r1, [n]; min.s32 %r1, %r1, 0; shr.s32 %r2, %r1, 3;", true, TestName = "A minimum may be")]
    [TestCase("ld.param.b32 %r1, [n]; and.b32 %r1, %r1, 255; shr.s32 %r2, %r1, 3;", false, TestName = "Low bits are not")]
    [TestCase("ld.param.b32 %r1, [n]; shr.u32 %r2, %r1, 3;", false, TestName = "A logical shift is right for every value")]
    [TestCase("ld.param.b32 %r1, [n]; div.s32 %r2, %r1, 8;", false, TestName = "A division is right for every value")]
    public void Shifts_of_possibly_negative_values_are_found(string body, bool found) =>
        Assert.That(Listing(body.Replace("; ", ";\n")).PossiblyNegativeShifts, found ? Has.Count.EqualTo(1) : Is.Empty);

    [TestCase("1", false)]
    [TestCase("-1", true)]
    public void What_a_loop_carries_over_is_followed(string step, bool found) => Assert.That(
        Listing($"""
            mov.b32 %r1, 0;
            L_loop:
            shr.s32 %r2, %r1, 3;
            add.s32 %r3, %r1, {step};
            mov.b32 %r1, %r3;
            setp.lt.s32 %p1, %r1, %r9;
            @%p1 bra L_loop;
            ret;
            """).PossiblyNegativeShifts,
        found ? Has.Count.EqualTo(1) : Is.Empty);

    private static PtxListing Listing(string body) => PtxListing.Parse($".version 7.0\n.target sm_80\n.visible .entry Kernel(\n)\n{{\n{body}\n}}\n");
}

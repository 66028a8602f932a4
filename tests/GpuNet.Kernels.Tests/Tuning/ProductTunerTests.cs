using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tuning;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Tuning;

/// <summary>What there is to choose from, what a measurement says, and that a session's plans follow what it was given.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class ProductTunerTests
{
    private static readonly DeviceLimits Large = new(1024, 48 << 10, 32, 80), Small = new(64, 32 << 10, 8, 4);
    private static readonly GemmRequest Long = new("convolution.weights", new(1, 32, 800, 25_600), MayBeSplit: true), Whole = new("convolution.forward", new(1, 32, 25_600, 800), MayBeSplit: false);

    private static readonly string[] SmallVariants = [.. GemmVariants.All.Where(variant => variant.Threads <= 64).Select(variant => variant.Name)];

    [Test]
    public void Sums_that_may_not_be_split_have_one_candidate_a_variant()
    {
        var candidates = ProductTuner.Candidates(Large, Whole);
        Assert.That(candidates[0], Is.EqualTo(GemmPlan.For(Large, Whole.Size, mayBeSplit: false)), "the default comes first");
        Assert.That(candidates.Select(plan => plan.Variant), Is.EquivalentTo(GemmVariants.All));
        Assert.That(candidates.Select(plan => plan.Splits(Whole.Size)), Is.All.EqualTo(1));
    }

    [Test]
    public void Sums_that_may_be_split_have_candidates_of_several_splits_and_no_two_are_equal()
    {
        var candidates = ProductTuner.Candidates(Large, Long);
        Assert.That(candidates[0], Is.EqualTo(GemmPlan.For(Large, Long.Size, mayBeSplit: true)));
        Assert.That(candidates, Is.Unique);
        foreach (var variant in GemmVariants.All)
            Assert.That(candidates.Where(plan => plan.Variant == variant).Select(plan => plan.Splits(Long.Size)), Has.Some.EqualTo(1).And.Some.GreaterThan(1), variant.Name);
    }

    [Test]
    public void A_small_device_has_small_candidates() =>
        Assert.That(ProductTuner.Candidates(Small, Long).Select(plan => plan.Variant.Name).Distinct(), Is.EquivalentTo(SmallVariants));

    [Test]
    public void A_measurement_names_the_products_and_leaves_the_session_as_it_was()
    {
        using var session = DeviceSession.OpenSimulatedGpu(Small);
        var tuner = new ProductTuner(session, rounds: 1);
        ProductTiming[] timings =
        [
            .. tuner.Measure(new ConvolutionGeometry(new(1, 2, 4, 5), 3, 3, 1, 1, 1, 1)),
            .. tuner.Measure(new InnerProductGeometry(new(2, 3, 1, 1), 4)),
        ];
        Assert.That(timings.Select(timing => timing.Pass), Is.EqualTo(new[] { "forward", "data", "weights", "forward", "data", "weights" }));
        Assert.That(timings.Select(timing => timing.Best.Op), Is.EqualTo(new[] { timings[0].Best.Op, timings[1].Best.Op, timings[2].Best.Op, "multiply.nt", "multiply.nn", "multiply.tn" }));
        foreach (var (timing, pass) in timings.Zip(["forward", "data", "weights"]))
            Assert.That(timing.Best.Op, Does.StartWith($"convolution.{pass}"));
        foreach (var timing in timings)
        {
            Assert.That(timing.BestMilliseconds, Is.GreaterThan(0).And.LessThanOrEqualTo(timing.DefaultMilliseconds));
            Assert.That(timing.Candidates, Is.EqualTo(SmallVariants.Length), "sums this short are not split");
            Assert.That(session.Tuning.With(new(timing.Best.Op, timing.Best.Size, true), default, () => 0), Is.Zero);
            Assert.That(session.Tuning.Find(new(timing.Best.Op, timing.Best.Size, true)), Is.Null, "nothing is taken before someone says so");
        }
    }

    [Test]
    public void OpenCL_is_measured_too()
    {
        var session = TestDevice.Open("opencl");
        var forward = new ProductTuner(session, rounds: 3).Measure(new InnerProductGeometry(new(8, 16, 1, 1), 12)).First();
        Assert.That(forward.Best.Op, Is.EqualTo("multiply.nt"));
        Assert.That(forward.BestMilliseconds, Is.GreaterThan(0).And.LessThanOrEqualTo(forward.DefaultMilliseconds));
    }

    [Test]
    public void A_plan_takes_the_variant_and_the_splits_that_the_session_was_given()
    {
        using var session = DeviceSession.OpenSimulatedGpu(Large);
        var estimated = GemmPlan.For(session, Long);
        string other = GemmVariants.All.First(variant => variant != estimated.Variant).Name;
        session.UseTuning([new(Long.Op, 1, 32, 800, 25_600, other, 5)]);
        var plan = GemmPlan.For(session, Long);
        Assert.That((plan.Variant.Name, plan.Splits(Long.Size)), Is.EqualTo((other, 5)));
        Assert.That(GemmPlan.For(session, Long with { Op = "multiply.nn" }), Is.EqualTo(estimated), "another op has a choice of its own");
    }

    [TestCase("", 1, 64, 1, "32x32x8", "names no op")]
    [TestCase("multiply.nm", 1, 64, 1, "32x32x8", "no op 'multiply.nm'; there are multiply.nn, ")]
    [TestCase("multiply.nn", 1, 640, 11, "32x32x8", "has 11 parts; it may have 10 at most")]
    [TestCase("convolution.data", 1, 640, 2, "32x32x8", "has 2 parts; it may have 1 at most")]
    [TestCase("multiply.nn", int.MaxValue, int.MaxValue, 2, "32x32x8", "has 2 parts; it may have 1 at most")]
    [TestCase("multiply.nn", 0, 64, 1, "32x32x8", "at least 1")]
    [TestCase("multiply.nn", 1, 64, 0, "32x32x8", "at least 1")]
    [TestCase("multiply.nn", 1, 64, 1, "32x32x9", "has tiles '32x32x9'; there are 128x128x8")]
    [TestCase("multiply.nn", 1, 64, 1, "128x128x8", "need 256 threads")]
    public void A_choice_that_is_impossible_is_refused_and_none_is_taken(string op, int rows, int depth, int splits, string variant, string what)
    {
        using var session = DeviceSession.OpenSimulatedGpu(Small);
        var good = new TunedProduct("multiply.tt", 1, 64, 64, 64, SmallVariants[0], 1);
        Assert.That(() => session.UseTuning([good, new(op, 1, rows, 64, depth, variant, splits)]), Throws.TypeOf<TuningException>().With.Message.Contains(what).And.Message.Contains("gpunet tune"));
        Assert.That(session.Tuning.Find(new("multiply.tt", good.Size, true)), Is.Null);
    }

    [Test]
    public void The_processor_has_nothing_to_tune()
    {
        using var session = DeviceSession.OpenCpu(1);
        Assert.That(() => new ProductTuner(session, 1).Measure(new InnerProductGeometry(new(2, 3, 1, 1), 4)).ToList(),
            Throws.TypeOf<DeviceException>().With.Message.Contains("'cpu'").And.Message.Contains("gpunet devices"));
    }
}

using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Optimizers;

public sealed class MomentumRangeTests
{
    private static readonly MomentumRange Range = new(0.95, 0.85);

    [TestCase(0.95, 0.85, "0.95-0.85")]
    [TestCase(0.5, 0, "0.5-0")]
    public void Its_text_is_read_back(double high, double low, string text)
    {
        Assert.That(new MomentumRange(high, low).ToString(), Is.EqualTo(text));
        Assert.That(MomentumRange.TryParse(text, out var range), Is.True);
        Assert.That(range, Is.EqualTo(new MomentumRange(high, low)));
    }

    [TestCase("")]
    [TestCase("0.9")]
    [TestCase("0.95-")]
    [TestCase("0.95-0.85-0.7")]
    [TestCase("0.95--0.85")]
    [TestCase("0.95,0.85")]
    [TestCase("high-low")]
    [TestCase("9e-1-8e-1")]
    public void A_text_of_another_form_is_refused(string text) => Assert.That(MomentumRange.TryParse(text, out _), Is.False);

    [TestCase(0.85, 0.95)]
    [TestCase(0.9, 0.9)]
    [TestCase(1, 0.9)]
    [TestCase(0.9, -0.1)]
    [TestCase(double.NaN, 0.9)]
    [TestCase(0.9, double.NaN)]
    public void Bounds_out_of_their_ranges_are_refused(double high, double low) =>
        Assert.That(new MomentumRange(high, low).ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains("such as 0.95-0.85"));

    [TestCase("fixed:rate=0.1", false)]
    [TestCase("decay:base=0.1,max=0.2,step=5", false)]
    [TestCase("warmup:base=0.1,max=0.2,step=5/fixed:rate=0.2@5", false)]
    [TestCase("triangular:base=0.1,max=0.2,step=5", true)]
    [TestCase("hann:base=0.1,max=0.2,step=5", true)]
    [TestCase("one_cycle:max=0.2,iterations=5", true)]
    [TestCase("cosine_restarts:base=0.1,max=0.2,period=5", true)]
    [TestCase("warmup:base=0.1,max=0.2,step=5/triangular:base=0.2,max=0.3,step=5@5", true)]
    public void It_goes_with_a_policy_that_has_cycles(string policy, bool isPossible)
    {
        var options = new TrainingOptions(PolicyText.Parse(policy), 10, new OptimizerOptions(OptimizerKind.Sgd, 0.9)) { MomentumRange = Range };
        Assert.That(options.ThrowIfInvalid, isPossible ? Throws.Nothing : Throws.TypeOf<TrainingException>().With.Message.Contains("0.95-0.85").And.Message.Contains("no cycles"));
    }

    [TestCase("sgd", true)]
    [TestCase("nesterov", true)]
    [TestCase("adam", true)]
    [TestCase("rmsprop", false)]
    [TestCase("adagrad", false)]
    [TestCase("adadelta", false)]
    public void It_goes_with_an_optimizer_that_has_a_momentum(string optimizer, bool isPossible)
    {
        var options = new TrainingOptions(PolicyText.Parse("triangular:base=0.1,max=0.2,step=5"), 10, OptimizerText.Parse(optimizer)) { MomentumRange = Range };
        Assert.That(options.ThrowIfInvalid, isPossible ? Throws.Nothing : Throws.TypeOf<TrainingException>().With.Message.Contains($"0.95-0.85, but {optimizer} has no momentum"));
    }

    [Test]
    public void The_momentum_is_high_at_the_lowest_rate_and_low_at_the_highest_and_constant_without_a_range()
    {
        var options = new TrainingOptions(PolicyText.Parse("warmup:base=0,max=0.1,step=4/triangular:base=0.1,max=0.2,step=2@4"), 8, new OptimizerOptions(OptimizerKind.Sgd, 0.9));
        Assert.That(Enumerable.Range(0, 8).Select(i => options.MomentumAt(i)), Is.All.EqualTo(0.9));
        Assert.That(
            Enumerable.Range(0, 9).Select(i => (options with { MomentumRange = Range }).MomentumAt(i)),
            Is.EqualTo((double[])[0.95, 0.95, 0.95, 0.95, 0.95, 0.9, 0.85, 0.9, 0.95]).Within(1e-15));
    }

    [Test]
    public void A_run_uses_and_reports_the_momentum_of_each_iteration()
    {
        var cycling = Tiny.Options(12) with { Policy = new TriangularPolicy(0.001, 0.02, 3), MomentumRange = Range };
        var observer = new RecordingObserver();
        Tiny.Train(TestDevice.Open("cpu"), cycling, observer);
        Assert.That(observer.Iterations.Select(r => r.Momentum), Is.EqualTo(Enumerable.Range(0, 12).Select(i => cycling.MomentumAt(i))));

        var constant = new RecordingObserver();
        Tiny.Train(TestDevice.Open("cpu"), cycling with { MomentumRange = null }, constant);
        Assert.That(constant.Iterations.Select(r => r.Momentum), Is.All.EqualTo(0.9));
        Assert.That(constant.Iterations.Select(r => r.Loss), Is.Not.EqualTo(observer.Iterations.Select(r => r.Loss)));
    }
}

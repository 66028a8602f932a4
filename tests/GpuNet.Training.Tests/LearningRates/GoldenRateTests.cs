using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>Published rates: the log of the super-convergence runs, the paper's Table 2, and its formulas by hand.</summary>
public sealed class GoldenRateTests
{
    private const double Tolerance = 1e-12;

    [TestCase(0, 0.1)]
    [TestCase(100, 0.158)]
    [TestCase(200, 0.216)]
    [TestCase(4700, 2.826)]
    [TestCase(5000, 3.0)]
    [TestCase(5100, 2.942)]
    [TestCase(9700, 0.274)]
    [TestCase(9900, 0.158)]
    [TestCase(10000, 0.1)]
    public void Triangular_gives_the_rates_of_the_super_convergence_log(long iteration, double expected) =>
        Assert.That(new TriangularPolicy(0.1, 3, 5000).At(iteration), Is.EqualTo(expected).Within(Tolerance));

    [TestCase(0, 0.0)]
    [TestCase(100, 0.06)]
    [TestCase(200, 0.12)]
    [TestCase(4900, 2.94)]
    [TestCase(4999, 2.9994)]
    public void A_range_test_rises_from_zero(long iteration, double expected) =>
        Assert.That(PolicyText.Parse("triangular:base=0,max=3,step=5000").At(iteration), Is.EqualTo(expected).Within(Tolerance));

    [TestCase(0, 0.001)]
    [TestCase(1, 0.001002)]
    [TestCase(1000, 0.003)]
    [TestCase(2000, 0.005)]
    [TestCase(4000, 0.001)]
    [TestCase(6000, 0.003)]
    [TestCase(8000, 0.001)]
    [TestCase(10000, 0.002)]
    [TestCase(14000, 0.0015)]
    [TestCase(16000, 0.001)]
    public void Triangular2_halves_its_range_after_every_cycle(long iteration, double expected) =>
        Assert.That(new Triangular2Policy(0.001, 0.005, 2000).At(iteration), Is.EqualTo(expected).Within(Tolerance));

    [TestCase(0, 0.001)]
    [TestCase(2000, 0.005)]
    [TestCase(14000, 0.0015)]
    [TestCase(15999, 0.00100025)]
    [TestCase(16000, 0.0001)]
    [TestCase(16001, 0.0001004)]
    [TestCase(17000, 0.0005)]
    [TestCase(19000, 0.0003)]
    [TestCase(21000, 0.0002)]
    [TestCase(21999, 0.0001001)]
    [TestCase(22000, 0.00001)]
    [TestCase(22001, 0.00001008)]
    [TestCase(22500, 0.00005)]
    [TestCase(23500, 0.00003)]
    [TestCase(24500, 0.00002)]
    [TestCase(24999, 0.00001002)]
    [TestCase(25000, 0.00001)]
    public void Table_2_restarts_its_cycles_at_every_stage(long iteration, double expected)
    {
        LearningRatePolicy table2 = new StagedPolicy(
            new PolicyStage(0, new Triangular2Policy(0.001, 0.005, 2000)),
            new PolicyStage(16000, new Triangular2Policy(0.0001, 0.0005, 1000)),
            new PolicyStage(22000, new Triangular2Policy(0.00001, 0.00005, 500)));

        Assert.That(table2.At(iteration), Is.EqualTo(expected).Within(Tolerance));
    }

    [TestCase(0, 0.007)]
    [TestCase(1000, 0.0055)]
    [TestCase(2000, 0.004)]
    [TestCase(3999, 0.0010015)]
    [TestCase(4000, 0.001)]
    [TestCase(25000, 0.001)]
    public void Decay_falls_to_base_and_stays_there(long iteration, double expected) =>
        Assert.That(new DecayPolicy(0.001, 0.007, 4000).At(iteration), Is.EqualTo(expected).Within(Tolerance));

    [TestCase(0, 0.1)]
    [TestCase(59999, 0.1)]
    [TestCase(60000, 0.01)]
    [TestCase(64999, 0.01)]
    [TestCase(65000, 0.001)]
    [TestCase(1_000_000, 0.001)]
    public void Multistep_drops_at_each_milestone(long iteration, double expected) =>
        Assert.That(new MultistepPolicy(0.1, 0.1, 60000, 65000).At(iteration), Is.EqualTo(expected).Within(Tolerance));

    [TestCase(0, 0.01)]
    [TestCase(99999, 0.01)]
    [TestCase(100000, 0.001)]
    [TestCase(399999, 0.00001)]
    public void Step_drops_at_every_interval(long iteration, double expected) =>
        Assert.That(new StepPolicy(0.01, 0.1, 100000).At(iteration), Is.EqualTo(expected).Within(Tolerance));
}

using System.Collections.Immutable;
using System.Text.Json;
using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>Every rate and momentum of PyTorch's schedulers, for the forms that both have: tests/golden/schedules.py wrote them.</summary>
public sealed class TorchScheduleTests
{
    private static readonly ImmutableArray<Sequence> Golden =
        [.. JsonSerializer.Deserialize<Sequence[]>(File.ReadAllBytes(Repository.At("tests", "golden", "schedules.json")))!];

    private static IEnumerable<TestCaseData> Sequences => Golden.Select(golden => new TestCaseData(golden).SetArgDisplayNames($"{golden.Policy} {golden.MomentumRange}"));

    [TestCaseSource(nameof(Sequences))]
    public void A_policy_has_PyTorchs_rates(Sequence golden)
    {
        var policy = PolicyText.Parse(golden.Policy);
        Assert.That(golden.Rates, Has.Length.GreaterThanOrEqualTo(30));
        // Both round a few times, at the size of the largest rate.
        double tolerance = 1e-14 * golden.Rates.Max();
        for (int i = 0; i < golden.Rates.Length; i++)
            Assert.That(policy.At(i), Is.EqualTo(golden.Rates[i]).Within(tolerance), $"iteration {i}");
    }

    [TestCaseSource(nameof(Sequences))]
    public void A_momentum_that_moves_against_the_rate_has_PyTorchs_values(Sequence golden)
    {
        if (golden.MomentumRange is null)
            return;
        Assert.That(MomentumRange.TryParse(golden.MomentumRange, out var range), Is.True);
        var options = new TrainingOptions(PolicyText.Parse(golden.Policy), golden.Rates.Length, new OptimizerOptions(OptimizerKind.Sgd, 0.1)) { MomentumRange = range };
        Assert.That(options.ThrowIfInvalid, Throws.Nothing);
        for (int i = 0; i < golden.Rates.Length; i++)
            Assert.That(options.MomentumAt(i), Is.EqualTo(golden.Momenta![i]).Within(1e-14), $"iteration {i}");
    }

    [Test]
    public void The_file_has_every_scheduler_and_momentum_of_cycles_and_of_one_cycle()
    {
        Assert.That(
            Golden.Select(golden => PolicyText.Parse(golden.Policy).Name).Distinct(),
            Is.EquivalentTo((string[])["triangular", "triangular2", "exp_range_amplitude", "one_cycle", "cosine_restarts", "warmup", "staged", "hann"]));
        Assert.That(Golden.Count(golden => golden.MomentumRange is not null), Is.EqualTo(11));
    }

    /// <summary>One scheduler's run.</summary>
    public sealed record Sequence(string Policy, string? MomentumRange, double[] Rates, double[]? Momenta);
}

using System.Collections.Immutable;
using System.Text.Json;
using GpuNet.Testing;

namespace GpuNet.Verification.Tests;

/// <summary>The optimizers' references against PyTorch's, for the formulas that both have: tests/golden/optimizers.py wrote them.</summary>
public sealed class OptimizerReferenceTests
{
    private static readonly GoldenRun Golden =
        JsonSerializer.Deserialize<GoldenRun>(File.ReadAllBytes(Repository.At("tests", "golden", "optimizers.json")))!;

    private static IEnumerable<TestCaseData> Cases => Golden.Cases.Select(golden => new TestCaseData(golden).SetArgDisplayNames(golden.Name));

    [TestCaseSource(nameof(Cases))]
    public void A_reference_takes_PyTorchs_steps(GoldenCase golden)
    {
        double[] w = [.. Golden.Start], first = new double[w.Length], second = new double[w.Length];
        Assert.That(golden.After, Has.Length.EqualTo(10));
        for (int step = 0; step < golden.After.Length; step++)
        {
            double rate = golden.Rates[step];
            double[] dw = Golden.Gradients[step];
            switch (golden.Name)
            {
                case "sgd":
                    OptimizerReference.Sgd(w, first, dw, rate, golden.Momentum, Golden.Decay);
                    break;
                case "sgd torch":
                    OptimizerReference.SgdTorch(w, first, dw, rate, golden.Momentum, Golden.Decay);
                    break;
                case "nesterov":
                    OptimizerReference.Nesterov(w, first, dw, rate, golden.Momentum, Golden.Decay);
                    break;
                case "adam":
                    OptimizerReference.Adam(w, first, second, dw, rate, golden.Momentum, golden.Momentum2, golden.Delta, step, Golden.Decay);
                    break;
                case "rmsprop":
                    OptimizerReference.RmsProp(w, first, dw, rate, golden.RmsDecay, golden.Delta, Golden.Decay);
                    break;
                case "adagrad":
                    OptimizerReference.AdaGrad(w, first, dw, rate, golden.Delta, Golden.Decay);
                    break;
                case "adadelta":
                    OptimizerReference.AdaDelta(w, first, second, dw, rate, golden.Momentum, golden.Delta, Golden.Decay);
                    break;
                default:
                    throw new InvalidOperationException($"'{golden.Name}' has no reference.");
            }

            Assert.That(w, Is.EqualTo(golden.After[step]).Within(1e-13), $"after step {step}");
        }
    }

    [Test]
    public void The_file_has_every_optimizer() =>
        Assert.That(Golden.Cases.Select(golden => golden.Name), Is.EquivalentTo(UpdateCheck.All.Select(check => check.Name.Replace(",", "", StringComparison.Ordinal))));

    // A batch of k in k parts: the gradient is their sum, which the scale divides.
    [Test]
    public void A_scaled_sum_is_the_mean([ValueSource(typeof(UpdateCheck), nameof(UpdateCheck.All))] UpdateCheck check)
    {
        double[] whole = Values.Uniform(7, 1), parts = [.. whole], gradient = Values.Uniform(7, 2);
        double[][] wholeState = [.. check.State.Select(_ => new double[7])], partsState = [.. check.State.Select(_ => new double[7])];
        for (int step = 0; step < 3; step++)
        {
            check.Reference(whole, wholeState, gradient, 0.1, step, 1);
            check.Reference(parts, partsState, [.. gradient.Select(value => 4 * value)], 0.1, step, 0.25);
        }

        Assert.That(parts, Is.EqualTo(whole));
    }

    public sealed record GoldenRun(double Decay, double[] Start, double[][] Gradients, ImmutableArray<GoldenCase> Cases);

    public sealed record GoldenCase(string Name, double Momentum, double Momentum2, double RmsDecay, double Delta, double[] Rates, double[][] After);
}

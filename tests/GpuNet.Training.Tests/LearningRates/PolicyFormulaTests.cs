using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>
/// Each policy against its formula, written a second time and in another way: decimals, powers by repeated
/// multiplication, and the 1-based, absolute-value form of the triangle.
/// </summary>
public sealed class PolicyFormulaTests
{
    // The references round more than the policies: 8,000 multiplications give 8,000 × 2^-53 ≈ 0.9e-12, and 1 + tanh(−5.5)
    // cancels to 3.3e-5, which leaves 2^-53 / 3.3e-5 ≈ 3.4e-12.
    private const double RelativeTolerance = 4e-12;
    private const long Last = 8000;

    private static IEnumerable<TestCaseData> Formulas()
    {
        yield return Case("fixed:rate=0.02", i => 0.02);
        yield return Case("step:base=0.3,gamma=0.7,interval=321", i => 0.3 * Power(0.7, i / 321));
        yield return Case("multistep:base=0.3,gamma=0.5,at=1+700+701+5000", i => 0.3 * Power(0.5, new long[] { 1, 700, 701, 5000 }.Count(at => at <= i)));
        yield return Case("exp:base=0.01,gamma=0.99994", i => 0.01 * Power(0.99994, i));
        yield return Case("inv:base=0.01,gamma=0.0001,power=2", i => 0.01 / ((1 + (0.0001 * i)) * (1 + (0.0001 * i))));
        yield return Case("poly:base=0.01,power=0.5,iterations=6000", i => i >= 6000 ? 0 : 0.01 * Math.Sqrt(1 - (i / 6000.0)));
        yield return Case("poly:base=0.01,power=3,iterations=9000", i => 0.01 * Power(1 - (i / 9000.0), 3));
        yield return Case("sigmoid:base=0.02,gamma=-0.002,interval=2500", i => 0.01 * (1 + Math.Tanh(-0.001 * (i - 2500))));
        yield return Case("sigmoid:base=0.02,gamma=0.002,interval=2500", i => 0.01 * (1 + Math.Tanh(0.001 * (i - 2500))));
        yield return Case("triangular:base=0.25,max=0.75,step=700", i => 0.25 + (0.5 * Triangle(i, 700)));
        yield return Case("triangular2:base=0.25,max=0.75,step=300", i => 0.25 + (0.5 * Triangle(i, 300) / Power(2, i / 600)));
        yield return Case("exp_range:base=0.25,max=0.75,step=700,gamma=0.9999", i => (0.25 + (0.5 * Triangle(i, 700))) * Power(0.9999, i));
        yield return Case("exp_range_amplitude:base=0.25,max=0.75,step=700,gamma=0.9999", i => 0.25 + (0.5 * Triangle(i, 700) * Power(0.9999, i)));
        yield return Case("triangular:base=0.25,max=0.75,step=300,down=700", i => 0.25 + (0.5 * Math.Min(i % 1000 / 300.0, (1000 - (i % 1000)) / 700.0)));
        yield return Case("triangular2:base=0.25,max=0.75,step=700,down=300", i => 0.25 + (0.5 * Math.Min(i % 1000 / 700.0, (1000 - (i % 1000)) / 300.0) / Power(2, i / 1000)));
        yield return Case("welch:base=0.25,max=0.75,step=700", i => 0.25 + (0.5 * (1 - Power((2 * (i % 1400) / 1400.0) - 1, 2))));
        yield return Case("welch:base=0.25,max=0.75,step=300,down=500", i => 0.25 + (0.5 * (1 - Power(i % 800 <= 300 ? 1 - (i % 800 / 300.0) : ((i % 800) - 300) / 500.0, 2))));
        yield return Case("hann:base=0.25,max=0.75,step=700", i => 0.5 - (0.25 * Math.Cos(2 * Math.PI * (i % 1400) / 1400.0)));
        yield return Case("one_cycle:max=0.5,iterations=6000,div_factor=2,final_div_factor=2", i => Anneal(i, (0, 0.25), (1799, 0.5), (5999, 0.125)));
        yield return Case("one_cycle:max=0.5,iterations=6000,pct_start=0.4,div_factor=2,final_div_factor=2,phases=3", i => Anneal(i, (0, 0.25), (2399, 0.5), (4798, 0.25), (5999, 0.125)));
        yield return Case("cosine_restarts:base=0.25,max=0.75,period=900", i => 0.5 + (0.25 * Math.Cos(Math.PI * (i % 900) / 900)));
        yield return Case("cosine_restarts:base=0.25,max=0.75,period=500,mult=2", i => 0.5 + (0.25 * Math.Cos(Math.PI * (i < 500 ? i / 500.0 : i < 1500 ? (i - 500) / 1000.0 : i < 3500 ? (i - 1500) / 2000.0 : i < 7500 ? (i - 3500) / 4000.0 : (i - 7500) / 8000.0))));
        yield return Case("warmup:base=0.25,max=0.75,step=3000", i => i < 3000 ? 0.25 + (0.5 * i / 3000) : 0.75);
        yield return Case("decay:base=0.25,max=0.75,step=3000", i => i < 3000 ? 0.75 - (0.5 * i / 3000) : 0.25);
    }

    [TestCaseSource(nameof(Formulas))]
    public void A_policy_equals_its_formula(string text, Func<long, double> formula)
    {
        LearningRatePolicy policy = PolicyText.Parse(text);
        for (long i = 0; i <= Last; i++)
        {
            double expected = formula(i);
            double error = Math.Abs(policy.At(i) - expected);
            Assert.That(error, Is.LessThanOrEqualTo(RelativeTolerance * expected), $"iteration {i}");
        }
    }

    [Test]
    public void Every_policy_has_a_formula_here() =>
        Assert.That(
            Formulas().Select(c => PolicyText.Parse((string)c.Arguments[0]!).Name).Append("staged").Distinct(),
            Is.EquivalentTo(PolicyText.Forms.Select(form => form.Name)));

    private static TestCaseData Case(string text, Func<long, double> formula) =>
        new TestCaseData(text, formula).SetArgDisplayNames(text);

    /// <summary>The triangle of height 1 as the paper's Torch listing has it, with cycles from 1.</summary>
    private static double Triangle(long i, long step)
    {
        decimal cycle = Math.Floor(1 + (i / (2m * step)));
        decimal x = Math.Abs((i / (decimal)step) - (2 * cycle) + 1);
        return (double)Math.Max(0, 1 - x);
    }

    /// <summary>PyTorch's half cosines from knot to knot.</summary>
    private static double Anneal(long i, params (double At, double Rate)[] knots)
    {
        for (int k = 1; k < knots.Length; k++)
        {
            var ((start, from), (end, to)) = (knots[k - 1], knots[k]);
            if (i <= end)
                return to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * (i - start) / (end - start))));
        }

        return knots[^1].Rate;
    }

    private static double Power(double factor, long count)
    {
        double product = 1;
        for (long n = 0; n < count; n++)
        {
            product *= factor;
        }

        return product;
    }
}

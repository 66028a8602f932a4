using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// <c>poly</c>: base · (1 − i / iterations)^power, and 0 from the last iteration on. Source: Caffe's solver, which never runs past its end.
/// </summary>
public sealed record PolynomialPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate of iteration 0, above 0.</param>
    /// <param name="power">The exponent of the fall, above 0; 1 is a straight line.</param>
    /// <param name="iterations">The length of the run, in iterations.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public PolynomialPolicy(double baseRate, double power, long iterations)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Power = PolicyRules.Positive(Name, "power", power);
        Iterations = PolicyRules.Iterations(Name, "iterations", iterations);
    }

    /// <inheritdoc/>
    public override string Name => "poly";

    /// <summary>The rate of iteration 0.</summary>
    public double BaseRate { get; }

    /// <summary>The exponent of the fall.</summary>
    public double Power { get; }

    /// <summary>The length of the run; from here on the rate is 0.</summary>
    public long Iterations { get; }

    /// <inheritdoc/>
    public override long? Unit => Iterations;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new PolynomialPolicy(BaseRate, Power, Scaling.Of(Iterations, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        long left = Math.Max(0, Iterations - iteration);
        return BaseRate * Math.Pow((double)left / Iterations, Power);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},power={TextPiece.Number(Power)},iterations={Iterations}";
}

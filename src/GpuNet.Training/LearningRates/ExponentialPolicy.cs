using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary><c>exp</c>: base · γ^i. Source: Caffe's solver.</summary>
public sealed record ExponentialPolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate of iteration 0, above 0.</param>
    /// <param name="gamma">The factor of every iteration, above 0.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public ExponentialPolicy(double baseRate, double gamma)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Gamma = PolicyRules.Positive(Name, "gamma", gamma);
    }

    /// <inheritdoc/>
    public override string Name => "exp";

    /// <summary>The rate of iteration 0.</summary>
    public double BaseRate { get; }

    /// <summary>The factor of every iteration.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override long? Unit => null;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new ExponentialPolicy(BaseRate, Scaling.Gamma(Gamma, factor));

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return Scaled(BaseRate, Gamma, iteration);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:base={TextPiece.Number(BaseRate)},gamma={TextPiece.Number(Gamma)}";

    /// <summary>rate · γ^count; a γ above 1 ends at the largest double instead of at infinity.</summary>
    internal static double Scaled(double rate, double gamma, long count) =>
        Math.Min(double.MaxValue, rate * Math.Pow(gamma, count));
}

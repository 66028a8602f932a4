using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary><c>inv</c>: base · (1 + γ·i)^−power. Source: Caffe's solver.</summary>
public sealed record InversePolicy : LearningRatePolicy
{
    /// <summary>Makes the policy.</summary>
    /// <param name="baseRate">The rate of iteration 0, above 0.</param>
    /// <param name="gamma">How fast the rate falls, per iteration, above 0.</param>
    /// <param name="power">The exponent of the fall, above 0.</param>
    /// <exception cref="LearningRatePolicyException">A value breaks its rule.</exception>
    public InversePolicy(double baseRate, double gamma, double power)
    {
        BaseRate = PolicyRules.Positive(Name, "base", baseRate);
        Gamma = PolicyRules.Positive(Name, "gamma", gamma);
        Power = PolicyRules.Positive(Name, "power", power);
    }

    /// <inheritdoc/>
    public override string Name => "inv";

    /// <summary>The rate of iteration 0.</summary>
    public double BaseRate { get; }

    /// <summary>How fast the rate falls, per iteration.</summary>
    public double Gamma { get; }

    /// <summary>The exponent of the fall.</summary>
    public double Power { get; }

    /// <inheritdoc/>
    public override long? Unit => null;

    /// <inheritdoc/>
    public override LearningRatePolicy Scaled(double factor) => new InversePolicy(BaseRate, Gamma / Scaling.Positive(factor), Power);

    /// <inheritdoc/>
    public override double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return BaseRate * Math.Pow(1 + (Gamma * iteration), -Power);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:base={TextPiece.Number(BaseRate)},gamma={TextPiece.Number(Gamma)},power={TextPiece.Number(Power)}";
}

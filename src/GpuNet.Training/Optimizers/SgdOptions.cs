namespace GpuNet.Training.Optimizers;

/// <summary>Settings of stochastic gradient descent with momentum and L2 weight decay.</summary>
/// <param name="Momentum">μ, from 0 up to, but not including, 1.</param>
/// <param name="WeightDecay">λ, 0 or above; a parameter's decay multiplier scales it.</param>
/// <param name="Form">Where the rate stands in the update.</param>
public sealed record SgdOptions(double Momentum, double WeightDecay, SgdForm Form = SgdForm.Caffe)
{
    /// <summary>Throws unless both numbers are in their ranges.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (!(Momentum is >= 0 and < 1))
            throw new TrainingException(FormattableString.Invariant($"momentum is {Momentum}; it must be from 0 up to, but not including, 1. Caffe's models use 0.9."));
        if (!double.IsFinite(WeightDecay) || WeightDecay < 0)
            throw new TrainingException(FormattableString.Invariant($"weight decay is {WeightDecay}; it must be a finite number, 0 or above. 0 switches it off."));
    }
}

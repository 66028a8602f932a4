using System.Globalization;

namespace GpuNet.Training.Optimizers;

/// <summary>
/// The bounds of a momentum that moves against the rate: the high one while the rate stands at its lower bound, the low one at its upper bound.
/// Source: arXiv 1803.09820, §4.3; PyTorch's CyclicLR and OneCycleLR.
/// </summary>
/// <param name="High">μ at the lowest rate, below 1.</param>
/// <param name="Low">μ at the highest rate, from 0 up to, but not including, the high one.</param>
public readonly record struct MomentumRange(double High, double Low)
{
    /// <summary>Reads the text form, <c>HIGH-LOW</c>, or says why that is not possible.</summary>
    /// <param name="text">Text such as <c>0.95-0.85</c>.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether the text is two numbers; whether they are in their ranges is <see cref="ThrowIfInvalid"/>'s to say.</returns>
    public static bool TryParse(string text, out MomentumRange range)
    {
        ArgumentNullException.ThrowIfNull(text);
        range = default;
        // No exponents, whose sign could not be told from the one in between.
        if (text.Split('-') is not [var first, var second]
            || !double.TryParse(first, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double high)
            || !double.TryParse(second, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double low))
            return false;
        range = new(high, low);
        return true;
    }

    /// <summary>The momentum where the rate stands at a height between its bounds.</summary>
    /// <param name="height">From 0, the lower bound, to 1, the upper one.</param>
    /// <returns>μ, between the two bounds.</returns>
    public double At(double height) => Math.Clamp(double.Lerp(High, Low, height), Low, High);

    /// <summary>Throws unless both bounds are in their ranges.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (!(Low >= 0 && Low < High && High < 1))
            throw new TrainingException($"the momentum range is {this}; it goes from the momentum at the lowest rate, below 1, down to that at the highest rate, 0 or above, such as 0.95-0.85.");
    }

    /// <summary>The text form.</summary>
    /// <returns>Text such as <c>0.95-0.85</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{High}-{Low}");
}

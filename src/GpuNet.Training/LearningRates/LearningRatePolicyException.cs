namespace GpuNet.Training.LearningRates;

/// <summary>
/// A learning-rate policy is impossible or its text is malformed. The message is one line that a user can act on:
/// the policy, the key, the value, the rule and the way out.
/// </summary>
public sealed class LearningRatePolicyException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One line for the user.</param>
    public LearningRatePolicyException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception around the one that caused it.</summary>
    /// <param name="message">One line for the user.</param>
    /// <param name="innerException">The cause.</param>
    public LearningRatePolicyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace GpuNet.Training;

/// <summary>Training settings that cannot work: the message is one line with the setting, its value, the rule and the way out.</summary>
public sealed class TrainingException : ArgumentException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The setting, its value, the rule, the way out.</param>
    public TrainingException(string message) : base(message)
    {
    }
}

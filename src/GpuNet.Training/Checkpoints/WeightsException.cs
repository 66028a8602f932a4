namespace GpuNet.Training.Checkpoints;

/// <summary>A weights file that cannot be read or does not fit the network: the message is one line with the file, what is wrong and the way out.</summary>
public sealed class WeightsException : IOException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The file, what is wrong, the way out.</param>
    /// <param name="cause">What reading threw, if anything.</param>
    public WeightsException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

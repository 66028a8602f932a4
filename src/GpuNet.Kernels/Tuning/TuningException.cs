namespace GpuNet.Kernels.Tuning;

/// <summary>A tuning that is broken, or not of this device: the message is one line with what is wrong and the way out.</summary>
public sealed class TuningException : Exception
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">What is wrong, the way out.</param>
    /// <param name="cause">What reading threw, if anything.</param>
    public TuningException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

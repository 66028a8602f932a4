namespace GpuNet.Training;

/// <summary>A file or folder that cannot be written: the message is one line with the path, the reason and the way out.</summary>
public sealed class OutputException : IOException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The path, the reason, the way out.</param>
    /// <param name="cause">What the operating system reported, if anything.</param>
    public OutputException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

namespace GpuNet.Training;

/// <summary>A file that an earlier run left and that cannot be used: the message is one line with the file, what is wrong and the way out.</summary>
public sealed class RunFileException : IOException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The file, what is wrong, the way out.</param>
    /// <param name="cause">What reading threw, if anything.</param>
    public RunFileException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

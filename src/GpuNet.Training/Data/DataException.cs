namespace GpuNet.Training.Data;

/// <summary>
/// A data set that is unknown, missing, broken or cannot be fetched, or a batch that does not fit it. The one-line message names the file or
/// set, the record, the value, the rule and the way out.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The file or set, the value, the rule, the way out.</param>
    public DataException(string message) : base(message)
    {
    }

    /// <summary>Makes the error with its one-line message and the cause.</summary>
    /// <param name="message">The file or set, the value, the rule, the way out.</param>
    /// <param name="cause">What the file system, the network or a decoder threw.</param>
    public DataException(string message, Exception cause) : base(message, cause)
    {
    }
}

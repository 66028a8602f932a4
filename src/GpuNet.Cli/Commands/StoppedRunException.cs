namespace GpuNet.Cli.Commands;

/// <summary>A run that could not go on: the message says why, what of it is saved, and how to go on. The inner exception is the cause, which the exit code tells too.</summary>
internal sealed class StoppedRunException(string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Whether an error is one that a run may meet with, rather than a bug or a cancellation.</summary>
    public static bool IsFor(Exception error) => ExitCodes.Of(error) is not (ExitCode.Bug or ExitCode.Cancelled);
}

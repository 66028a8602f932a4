namespace GpuNet.Cli.Tests;

/// <summary>What a command left: its exit code and both streams.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

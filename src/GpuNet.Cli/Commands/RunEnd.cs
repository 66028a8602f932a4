using GpuNet.Cli.Output;
using GpuNet.Training;

namespace GpuNet.Cli.Commands;

/// <summary>Says which runs did not come to their end, and gives the exit code.</summary>
internal static class RunEnd
{
    /// <param name="console">Gets the lines.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="continuation">How a cancelled run goes on, as a sentence; null if it does not.</param>
    public static ExitCode Report(CliConsole console, IReadOnlyList<RunRecord> runs, string? continuation = null)
    {
        var code = ExitCode.Success;
        foreach (var run in runs)
        {
            if (run.Result.Divergence is { } divergence)
            {
                console.Fail($"{run.Title}: {divergence}. The run was stopped and its log kept. Lower the learning rate.");
                code = ExitCode.Diverged;
            }
        }

        if (runs.All(run => run.Result.Outcome != RunOutcome.Cancelled))
            return code;
        console.Fail($"cancelled in run '{runs[^1].Title}' after {runs[^1].Result.Iterations} iterations; what was done until then is kept.{(continuation is null ? "" : $" {continuation}")}");
        return ExitCode.Cancelled;
    }
}

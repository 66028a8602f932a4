using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Kernels.Devices;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;

namespace GpuNet.Cli.Commands;

/// <summary>What is left of a run that is stopped, and the command that goes on with it.</summary>
/// <param name="parsed">The command that began it.</param>
/// <param name="folder">Its folder.</param>
/// <param name="iterations">Iterations that it was to make.</param>
/// <param name="writer">Its checkpoints; null if it has none.</param>
internal sealed class Continuation(ParseResult parsed, string folder, long iterations, CheckpointWriter? writer)
{
    /// <summary>Reads as <c>Saved: out/checkpoint.safetensors, after 200 of 500 iterations. Continue with: gpunet train --out out --resume auto</c>.</summary>
    public string Text => writer switch
    {
        null => "Nothing was saved to go on from (--checkpoint-interval 0).",
        { LatestIteration: { } saved } when File.Exists(writer.LatestPath) => $"Saved: {writer.LatestPath}, after {saved} of {iterations} iterations. Continue with: {Command}",
        _ => $"There is no {writer.LatestPath} any more to go on from.",
    };

    private string Command => ResumingCommand.Of(parsed, folder, CheckpointOption.Auto);

    /// <summary>The error to end with after another one. What the device and the disk still allow is saved before: a run whose data have failed can be saved as it is.</summary>
    public StoppedRunException After(Exception error)
    {
        if (error is DataException)
            TrySave();
        return new($"{error.Message} {Text}", error);
    }

    private void TrySave()
    {
        try
        {
            writer?.Save();
        }
        catch (Exception error) when (error is OutputException or DeviceException)
        {
            // What went wrong first is told; the checkpoint before is still there.
        }
    }
}

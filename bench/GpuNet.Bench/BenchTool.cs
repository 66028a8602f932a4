using System.CommandLine;
using System.CommandLine.Invocation;
using GpuNet.Bench.Commands;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Data;

namespace GpuNet.Bench;

/// <summary>The program as a whole: parses the arguments, runs the command, and turns a failure into one line and an exit code.</summary>
internal static class BenchTool
{
    /// <summary>Everything asked for was measured.</summary>
    public const int Success = 0;

    /// <summary>The measurement failed, or what it checks does not hold.</summary>
    public const int Failure = 1;

    /// <summary>The arguments are wrong, or ask for nothing that there is.</summary>
    public const int Usage = 2;

    /// <summary>Runs a command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="error">Where a failure's line goes.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter error)
    {
        var root = new RootCommand("Measures GpuNet: against its bars and PyTorch, layer by layer, kernel by kernel, its memory, and how fast it reads pictures. See bench/README.md.")
        {
            new PeaksCommand(),
            new BarsCommand(),
            new ChoiceCommand(),
            new RooflineCommand(),
            new PeersCommand(),
            new StepCommand(),
            new MemoryCommand(),
            new PeakMemoryCommand(),
            new SoakCommand(),
            new PicturesCommand(),
            new SuitesCommand(),
        };
        try
        {
            var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
            return parsed.Action is ParseErrorAction ? Fail(MessageOf(parsed), Usage) : parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (Exception failure) when (failure is UsageException or ShapeException or DataException)
        {
            return Fail(failure.Message, Usage);
        }
        catch (Exception failure) when (failure is BenchException or DeviceException or OutputException)
        {
            return Fail(failure.Message, Failure);
        }

        int Fail(string message, int code)
        {
            error.WriteLine($"error: {message}");
            return code;
        }
    }

    private static string MessageOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string message = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is no command or option here." : parsed.Errors[0].Message;
        return $"{message}{(message.EndsWith('.') ? "" : ".")} See `{(command is RootCommand ? "" : $"{command.Name} ")}--help`.";
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GpuNet.Cli.Commands;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Verification;

namespace GpuNet.Cli;

/// <summary>The tool as a whole: parses the arguments, runs the command, and turns every failure into one line and an exit code.</summary>
internal sealed class CommandLine
{
    private readonly CliConsole console;
    private readonly RootCommand root;

    private readonly Option<bool> verbose = new("--verbose")
    {
        Description = "Show the stack trace of an error",
        Recursive = true,
    };

    public CommandLine(CliConsole console, Func<string, DeviceSession> open, IReadOnlyList<SelfTestCase> selfTest, CancellationToken cancellation)
    {
        this.console = console;
        root = new RootCommand("Trains convolutional networks on a GPU or the processor, with fixed and cyclical learning rates, and compares them.")
        {
            new DevicesCommand(console),
            new SelfTestCommand(console, open, selfTest, cancellation),
            new TuneCommand(console, open, cancellation),
            new TrainCommand(console, open, cancellation),
            new FindLrCommand(console, open, cancellation),
            new EvalCommand(console, open, cancellation),
            new PredictCommand(console, open, cancellation),
            new ExportCommand(console),
            new ImportCommand(console),
            new CompareCommand(console, open, cancellation),
            new PolicyCommand(console),
            new TimeCommand(console, open, cancellation),
            new DataCommand(console, cancellation),
        };
        root.Options.Add(verbose);
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new NotedHelpAction(help);
            if (option is VersionOption)
                option.Action = new VersionAction();
        }
    }

    public ExitCode Run(string[] args)
    {
        if (args.Length == 0)
            return ShowHelp();
        try
        {
            // No response files: the '@' belongs to policies.
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
                return Refuse(parsed);
            return (ExitCode)parsed.Invoke(new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception error)
        {
            return Report(error, args.Contains(verbose.Name));
        }
    }

    private ExitCode ShowHelp()
    {
        root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = console.Error });
        return ExitCode.Usage;
    }

    private ExitCode Refuse(ParseResult parsed)
    {
        string path = PathOf(parsed.CommandResult.Command);
        string message = parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is no command or option of `{path}`."
            : parsed.Errors[0].Message;
        console.Fail($"{message}{(message.EndsWith('.') ? "" : ".")} See `{path} --help`.");
        return ExitCode.Usage;
    }

    private ExitCode Report(Exception error, bool stack)
    {
        var code = ExitCodes.Of(error);
        console.Fail(code switch
        {
            ExitCode.Cancelled => "cancelled.",
            ExitCode.Bug => $"unexpected {error.GetType().Name}: {error.Message} This is a bug: please report it{(stack ? "" : ", with what --verbose shows")}.",
            _ => error.Message,
        });
        if (stack)
            console.Error.WriteLine(error);
        return code;
    }

    private string PathOf(Command command) => command == root
        ? "gpunet"
        : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";
}

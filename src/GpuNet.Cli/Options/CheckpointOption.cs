using System.CommandLine;
using GpuNet.Cli.Commands;
using GpuNet.Cli.Output;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;

namespace GpuNet.Cli.Options;

/// <summary><c>--checkpoint-interval</c>, <c>--keep-checkpoints</c> and <c>--resume</c>.</summary>
internal sealed class CheckpointOption
{
    /// <summary>The option that names what a run goes on from, and its word for the newest in the run folder.</summary>
    public const string ResumeName = ResumingCommand.Resume, Auto = "auto";

    private readonly Option<long?> interval = OptionFactory.Whole<long>(
        "--checkpoint-interval", $"Iterations between checkpoints, from which a run that was stopped for any reason goes on; 0 writes none [default: {CheckpointOptions.DefaultInterval}]", "a whole number, 0 or more");
    private readonly Option<bool> keep = new("--keep-checkpoints") { Description = "Keep every checkpoint under its iteration's number, rather than the latest, the one before and the best" };
    private readonly Option<string?> resume = new(ResumeName)
    {
        Description = $"Go on from a checkpoint, or the newest of a run folder; {Auto}, or nothing: from the newest in --out, or from the start if there is none, so that the same command may be run again and again",
        HelpName = $"PATH|{Auto}",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = argument =>
        {
            if (argument.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text))
                argument.AddError($"{ResumeName} is empty; give it a value, or none for {Auto}.");
            return argument.Tokens is [var given] ? given.Value : Auto;
        },
    };

    private readonly OutputOption output;

    public CheckpointOption(Command command, OutputOption output)
    {
        this.output = output;
        foreach (Option option in new Option[] { interval, keep, resume })
            command.Options.Add(option);
    }

    /// <summary>When checkpoints are to be written; null for never.</summary>
    /// <exception cref="TrainingException">The interval cannot be.</exception>
    public CheckpointOptions? Writing(ParseResult parsed)
    {
        long every = parsed.GetValue(interval) ?? CheckpointOptions.DefaultInterval;
        if (every == 0)
            return null;
        var options = new CheckpointOptions(every, parsed.GetValue(keep));
        options.ThrowIfInvalid();
        return options;
    }

    /// <summary>Finds what the run goes on from, and where.</summary>
    /// <exception cref="TrainingException">It is not clear where the run is to go on.</exception>
    /// <exception cref="WeightsException">There is no checkpoint, or it cannot be read.</exception>
    public Resumption Find(ParseResult parsed, CliConsole console)
    {
        string? given = output.Given(parsed);
        switch (parsed.GetValue(resume))
        {
            case null:
                return new(null, output.Path(parsed), IsSameRun: false);
            case Auto:
                var newest = NewestIn(given ?? throw new TrainingException($"{ResumeName} {Auto} goes on in the run folder that {OutputOption.Name} names; give {OutputOption.Name} DIR, or {ResumeName} the path of a checkpoint."), console);
                return new(newest, given, IsSameRun: newest is not null);
            case var path:
                var checkpoint = Directory.Exists(path)
                    ? NewestIn(path, console) ?? throw new WeightsException($"'{path}' holds no checkpoint (checkpoint*.safetensors). Give another folder, or a file.")
                    : Checkpoint.Read(path);
                string home = Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path))!;
                bool isSameRun = given is null || Path.TrimEndingDirectorySeparator(Path.GetFullPath(given)) == home;
                if (isSameRun && NewestIn(home, console) is { } last && Path.GetFullPath(last.Path) != Path.GetFullPath(checkpoint.Path))
                    throw new TrainingException($"checkpoint '{checkpoint.Path}' is not the newest of its run, which is '{last.Path}' after {last.Iteration} iterations. Give {OutputOption.Name} another folder to begin again from there, or {ResumeName} the newest.");
                return new(checkpoint, isSameRun ? given ?? Path.GetRelativePath(Environment.CurrentDirectory, home) : given!, isSameRun);
        }
    }

    private static Checkpoint? NewestIn(string folder, CliConsole console) => CheckpointFolder.FindNewest(folder, damage => console.Warn($"{damage} An earlier one is looked for."));
}

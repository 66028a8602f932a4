using System.CommandLine;
using GpuNet.Bench.Bars;

namespace GpuNet.Bench.Commands;

/// <summary>
/// <c>bars</c>: every measure that has a bar, each in turns with the peak or the copy that it is a share of, as a Markdown table. The exit
/// code is 0 whatever is met.
/// </summary>
internal sealed class BarsCommand : Command
{
    private readonly Option<string> only = new("--only")
    {
        Description = "Only measures whose name and pass contain this text, such as 'alexnet conv3 data'; x stands for × too",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int> rounds = CommonOptions.AtLeastOne("--rounds", "Rounds of each measure: itself, then its yardstick", 25);
    private readonly Option<int> workers = CommonOptions.Whole(
        "--workers", "Workers, one a core", Environment.ProcessorCount, least: 1, most: Environment.ProcessorCount, reason: "workers that share a core measure each other");

    // What a process that has wider vectors switched off is started with.
    private readonly Option<int?> narrow = new(BarsRun.WidthOption) { Hidden = true };

    public BarsCommand() : base("bars", "Measures what has a bar against the multiply-add peak or the copy, in turns, as a Markdown table")
    {
        Options.Add(only);
        Options.Add(rounds);
        Options.Add(workers);
        Options.Add(narrow);
        SetAction(parsed =>
        {
            var run = new BarsRun(parsed.GetValue(only)!, parsed.GetValue(rounds), parsed.GetValue(workers), new(Console.Out));
            if (parsed.GetValue(narrow) is { } bits)
                run.TakeNarrow(bits);
            else
                run.TakeAll(Console.Error);
            return 0;
        });
    }
}

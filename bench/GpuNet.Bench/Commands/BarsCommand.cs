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
    private readonly Option<int> workers = CommonOptions.AtLeastOne("--workers", "Workers, one a core", Environment.ProcessorCount);

    // What the process with AVX-512 switched off is started with.
    private readonly Option<bool> avx2 = new("--avx2-rows") { Hidden = true };

    public BarsCommand() : base("bars", "Measures what has a bar against the multiply-add peak or the copy, in turns, as a Markdown table")
    {
        Options.Add(only);
        Options.Add(rounds);
        Options.Add(workers);
        Options.Add(avx2);
        SetAction(parsed =>
        {
            var run = new BarsRun(parsed.GetValue(only)!, parsed.GetValue(rounds), parsed.GetValue(workers));
            if (parsed.GetValue(avx2))
                run.PrintAvx2Rows();
            else
                run.PrintAll();
            return 0;
        });
    }
}

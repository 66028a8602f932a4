using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GpuNet.Cli.Commands;

namespace GpuNet.Cli.Output;

/// <summary>The library's help, then the command's notes: examples, policy forms; the exit codes where the tool as a whole is described.</summary>
internal sealed class NotedHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is INotedCommand noted)
        {
            foreach (string line in noted.Notes)
                output.WriteLine(line);
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.WriteLine("Exit codes:");
            foreach (var (exit, meaning) in ExitCodes.All)
                output.WriteLine($"  {(int)exit,3}  {meaning}");
            output.WriteLine();
            output.WriteLine("Results go to standard output, everything else to standard error. NO_COLOR switches colours off.");
        }

        return code;
    }
}

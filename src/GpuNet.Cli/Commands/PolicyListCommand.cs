using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet policy list</c>: every learning-rate policy, with an example of its text.</summary>
internal sealed class PolicyListCommand : Command, INotedCommand
{
    public PolicyListCommand(CliConsole console) : base("list", "List the learning-rate policies that --policy takes") =>
        SetAction(_ =>
        {
            foreach (string line in OptionFactory.PolicyForms)
                console.Show(line);
            return (int)ExitCode.Success;
        });

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet policy list",
    ];
}

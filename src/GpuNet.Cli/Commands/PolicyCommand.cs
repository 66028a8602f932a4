using System.CommandLine;
using GpuNet.Cli.Output;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet policy</c>: the learning-rate policies.</summary>
internal sealed class PolicyCommand : Command, INotedCommand
{
    public PolicyCommand(CliConsole console) : base("policy", "List the learning-rate policies, or show what one does")
    {
        Add(new PolicyListCommand(console));
        Add(new PolicyShowCommand(console));
    }

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet policy list",
        "  gpunet policy show triangular2:base=0.001,max=0.005,step=2000",
    ];
}

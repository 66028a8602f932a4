using System.CommandLine;
using GpuNet.Cli.Output;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet data</c>: the data sets.</summary>
internal sealed class DataCommand : Command, INotedCommand
{
    public DataCommand(CliConsole console, CancellationToken cancellation) : base("data", "List the data sets, or fetch one")
    {
        Add(new DataListCommand(console));
        Add(new DataFetchCommand(console, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet data list",
        "  gpunet data fetch cifar10",
    ];
}

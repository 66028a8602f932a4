using System.CommandLine;
using GpuNet.Layers;

namespace GpuNet.Cli.Options;

/// <summary><c>--no-fusion</c> and <c>--no-winograd</c>: how the network is made.</summary>
internal sealed class CompilationOptions
{
    private readonly Option<bool> noFusion = new("--no-fusion") { Description = "Run every layer's passes on their own: slower, the same results" };
    private readonly Option<bool> noWinograd = new("--no-winograd") { Description = "Compute 3×3 and 5×5 convolutions directly too: slower, rounded a little differently" };

    public CompilationOptions(Command command)
    {
        command.Options.Add(noFusion);
        command.Options.Add(noWinograd);
    }

    /// <summary>What was asked for.</summary>
    public CompileOptions Of(ParseResult parsed) => new() { Fuse = !parsed.GetValue(noFusion), AllowWinograd = !parsed.GetValue(noWinograd) };
}

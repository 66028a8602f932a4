using System.CommandLine;
using System.CommandLine.Invocation;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Writes the tool's version and what it runs on.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var versions = Versions.Current;
        parseResult.InvocationConfiguration.Output.WriteLine($"gpunet {versions.GpuNet} ({versions.DotNet}, ILGPU {versions.Ilgpu}, {versions.OperatingSystem})");
        return 0;
    }
}

using System.Diagnostics;
using GpuNet.Training.Data.Fetching;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Output;

/// <summary>Plain lines: one as each file's stage begins and ends, one every few seconds in between.</summary>
internal sealed class PlainFetchView(CliConsole console) : FetchView, IProgress<FetchProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private (FetchStage Stage, string File) shown;

    public override bool Show(Func<IProgress<FetchProgress>, Task<bool>> fetch) => fetch(this).GetAwaiter().GetResult();

    public void Report(FetchProgress value)
    {
        bool isNew = shown != (value.Stage, value.File);
        if (!isNew && value.Done < value.Total && sinceShown.Elapsed < Interval)
            return;
        shown = (value.Stage, value.File);
        sinceShown.Restart();
        console.Note($"{value.Stage} {value.File}: {Format.Megabytes(value.Done)} of {Format.Megabytes(value.Total)}");
    }
}

using GpuNet.Training.Data.Fetching;
using Spectre.Console;

namespace GpuNet.Cli.Output;

/// <summary>A progress bar for each file's stage.</summary>
internal sealed class LiveFetchView(CliConsole console) : FetchView
{
    public override bool Show(Func<IProgress<FetchProgress>, Task<bool>> fetch) => console.Live.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = 20 },
            new PercentageColumn(),
            new DownloadedColumn { Base = FileSizeBase.Decimal },
            new TransferSpeedColumn { Base = FileSizeBase.Decimal },
            new RemainingTimeColumn())
        .Start(context => fetch(new Bars(context)).GetAwaiter().GetResult());

    private sealed class Bars(ProgressContext context) : IProgress<FetchProgress>
    {
        private readonly Dictionary<(FetchStage, string), ProgressTask> tasks = [];

        public void Report(FetchProgress value)
        {
            lock (tasks)
            {
                if (!tasks.TryGetValue((value.Stage, value.File), out var task))
                {
                    task = context.AddTask(Markup.Escape($"{value.Stage} {value.File}"), maxValue: value.Total);
                    tasks.Add((value.Stage, value.File), task);
                }

                task.Value = value.Done;
            }
        }
    }
}

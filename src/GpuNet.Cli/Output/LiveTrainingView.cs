using System.Diagnostics;
using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuNet.Cli.Output;

/// <summary>A progress bar for each run. It is drawn from the training thread, a few times a second: no thread of its own takes a core.</summary>
internal sealed class LiveTrainingView(CliConsole console) : TrainingView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    public override T Show<T>(IReadOnlyList<ComparisonStep> steps, Func<Func<ComparisonStep, ITrainingObserver>, T> train)
    {
        bool isNarrow = console.Live.Profile.Width < 100;
        var status = new StatusColumn();
        return console.Live.Progress()
            .AutoRefresh(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = isNarrow ? 10 : 16 }, new PercentageColumn(), status)
            .Start(context =>
            {
                var tasks = steps.Select(step => context.AddTask(Markup.Escape(step.Name), maxValue: step.Options.Iterations)).ToArray();
                context.Refresh();
                return train(step => new RunBar(context, tasks[step.Index], status, step.Options.Iterations, isNarrow));
            });
    }

    private sealed class RunBar(ProgressContext context, ProgressTask task, StatusColumn status, long iterations, bool isNarrow) : ITrainingObserver
    {
        private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
        private string accuracy = "";

        public void OnStart(TrainingOptions options) => Draw("starting");

        public void OnIteration(IterationRecord record)
        {
            task.Value = record.Iteration + 1;
            if (sinceDrawn.Elapsed >= Interval)
                Draw($"loss {Format.Loss(record.Loss)} rate {Format.Rate(record.Rate),-8} {Format.Whole(record.ImagesPerSecond),5} images/s {Format.Time(Left(record, iterations)),5} left{accuracy}");
        }

        public void OnEvaluation(EvaluationRecord record)
        {
            if (!isNarrow)
                accuracy = $"  accuracy {Format.Percent(record.Accuracy)}";
        }

        public void OnEnd(TrainingResult result)
        {
            task.StopTask();
            Draw(EndOf(result));
        }

        private void Draw(string text)
        {
            status[task] = text;
            context.Refresh();
            sinceDrawn.Restart();
        }
    }

    private sealed class StatusColumn : ProgressColumn
    {
        private readonly Dictionary<int, string> texts = [];

        public string this[ProgressTask task]
        {
            set => texts[task.Id] = value;
        }

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(texts.GetValueOrDefault(task.Id, "waiting")).Overflow(Overflow.Ellipsis);
    }
}

using System.Diagnostics;
using GpuNet.Training;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuNet.Cli.Output;

/// <summary>
/// A progress bar for each run; of more runs than a terminal has lines for, one for all and one for the present run. It is drawn from the training thread, a few
/// times a second: no thread of its own takes a core.
/// </summary>
internal sealed class LiveTrainingView(CliConsole console) : TrainingView
{
    private const int MostBars = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    public override T Show<T>(IReadOnlyList<ComparisonStep> steps, Func<Func<ComparisonStep, ITrainingObserver>, T> train)
    {
        bool isNarrow = console.Live.Profile.Width < 100;
        bool hasAll = steps.Count <= MostBars;
        var status = new StatusColumn();
        return console.Live.Progress()
            .AutoRefresh(false)
            .HideCompleted(!hasAll)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = isNarrow ? 10 : 16 }, new PercentageColumn(), status)
            .Start(context =>
            {
                var tasks = steps.Take(hasAll ? MostBars : 0).ToDictionary(step => step.Index, AddTask);
                var all = hasAll ? null : context.AddTask($"{steps.Count} runs", maxValue: steps.Sum(step => (double)step.Options.Iterations));
                context.Refresh();
                return train(step =>
                {
                    var bar = new RunBar(context, tasks.TryGetValue(step.Index, out var task) ? task : AddTask(step), status, step.Options.Iterations, isNarrow);
                    return all is null ? bar : new TrainingObservers(new AllRuns(console, all, status, step, steps.Count(other => other.Index < step.Index) + 1, steps.Count), bar);
                });

                ProgressTask AddTask(ComparisonStep step) => context.AddTask(Markup.Escape(step.Title), maxValue: step.Options.Iterations);
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

    // The bar of all runs, and a line that stays of each that has ended, whose own bar goes.
    private sealed class AllRuns(CliConsole console, ProgressTask task, StatusColumn status, ComparisonStep step, int number, int count) : ITrainingObserver
    {
        private readonly double before = task.Value;

        public void OnStart(TrainingOptions options) => status[task] = $"run {number} of {count}";

        public void OnIteration(IterationRecord record) => task.Value = before + record.Iteration + 1;

        public void OnEnd(TrainingResult result)
        {
            task.Value = before + step.Options.Iterations;
            console.Note($"{step.Title}: {EndOf(result)}");
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

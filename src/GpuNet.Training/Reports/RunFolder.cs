using GpuNet.Training.Checkpoints;
using GpuNet.Training.Comparisons;
using GpuNet.Training.Files;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports.Html;

namespace GpuNet.Training.Reports;

/// <summary>
/// The folder that a run or a comparison leaves behind: <c>run.json</c> or <c>comparison.json</c>, the plots as PNG and SVG, and the
/// logs: of a single run in the folder itself, of a comparison in a subfolder for each run, with the run's own <c>run.json</c>. Logs grow as the run goes, and a
/// single run's checkpoints (<see cref="CheckpointFolder"/>) are written on the way; everything else is written at the end, each file whole or not at all. A
/// comparison's plan is written at its beginning, and with the runs that are finished by then it can be resumed.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The name of a single run's description.</summary>
    public const string RunFile = "run.json";

    /// <summary>The name of a comparison's description.</summary>
    public const string ComparisonFile = "comparison.json";

    /// <summary>The name of a comparison's report, which a browser shows.</summary>
    public const string ReportFile = "report.html";

    /// <summary>The name of a comparison's table, unrounded.</summary>
    public const string SummaryFile = "summary.csv";

    /// <summary>The name of a comparison's plan, which is there from its beginning.</summary>
    public const string PlanFile = "plan.json";

    /// <summary>The description of a learning-rate range test.</summary>
    public const string RangeTestFile = "range-test.json";

    /// <summary>The losses and accuracies of a range test, with their rates.</summary>
    public const string RangeTestCurveFile = "range-test.csv";

    /// <summary>The name of a single run's weights.</summary>
    public const string WeightsFile = "weights.safetensors";

    private const string LockFile = ".lock";

    private readonly bool isNew;
    private FileStream? held;

    private RunFolder(string path, bool isNew) => (Path, this.isNew) = (path, isNew);

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>Makes the folder if it is not there, and makes sure, before any training, that files can be written in it.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="OutputException">It cannot be made, read or written in, or holds the results of an earlier run.</exception>
    public static RunFolder Create(string path) => Open(path, _ => false);

    /// <summary>Opens the folder of a comparison that is to be resumed: <see cref="Begin"/>. Where there is none, one is made, as by <see cref="Create"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="OutputException">It cannot be made, read or written in, or holds the results of an earlier run that is no comparison.</exception>
    public static RunFolder Resume(string path) => Open(path, earlier => earlier == PlanFile);

    /// <summary>Opens the folder of a single run that goes on from one of its checkpoints.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="OutputException">It cannot be read or written in.</exception>
    public static RunFolder GoOn(string path) => Open(path, _ => true);

    /// <summary>Looks at the place of a folder, for a run that is only planned; makes nothing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mayResume">Whether it may hold a comparison that is to be resumed.</param>
    /// <returns>The folder, which may not be there.</returns>
    /// <exception cref="OutputException">It cannot be read, or holds the results of an earlier run.</exception>
    public static RunFolder LookAt(string path, bool mayResume = false)
    {
        string? earlier;
        try
        {
            earlier = Directory.Exists(path) ? EarlierResult(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"output folder '{path}' cannot be read: {error.Message} Choose another one.", error);
        }

        ThrowIfTaken(path, earlier, file => mayResume && file == PlanFile);
        return new RunFolder(path, isNew: false);
    }

    /// <summary>
    /// Begins a comparison: writes its plan, or, where the folder has one, makes sure that it is the same one and reads the runs that are finished. Until the
    /// folder is disposed, no other process can.
    /// </summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <returns>What finished runs came to, by <see cref="ComparisonStep.Index"/>.</returns>
    /// <exception cref="TrainingException">The folder holds another comparison; the message says what differs.</exception>
    /// <exception cref="RunFileException">A file of the earlier comparison is broken.</exception>
    /// <exception cref="OutputException">The plan cannot be written, or another process is at work in the folder.</exception>
    public IReadOnlyDictionary<int, TrainingResult> Begin(Comparison comparison, RunSetting setting)
    {
        Hold();
        var finished = FinishedOf(comparison, setting);
        if (!File.Exists(FileAt(PlanFile)))
            AtomicFile.Write(FileAt(PlanFile), ReportJson.Of(setting, comparison));
        return finished;
    }

    /// <summary>The runs of a comparison that are finished already, if the folder is that of the same comparison.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <returns>What they came to, by <see cref="ComparisonStep.Index"/>; none if the folder has no plan.</returns>
    /// <exception cref="TrainingException">The folder holds another comparison; the message says what differs.</exception>
    /// <exception cref="RunFileException">A file of the earlier comparison is broken.</exception>
    public IReadOnlyDictionary<int, TrainingResult> FinishedOf(Comparison comparison, RunSetting setting)
    {
        if (!File.Exists(FileAt(PlanFile)))
            return new Dictionary<int, TrainingResult>();
        ComparisonPlan.ThrowUnlessSame(FileAt(PlanFile), ReportJson.ExperimentOf(setting, comparison));
        return comparison.Steps.Where(step => File.Exists(FileOf(step))).ToDictionary(step => step.Index, step => RunReader.Read(FileOf(step), comparison.Recipe, setting, step));
    }

    /// <summary>How many runs of a comparison are finished. Their files are not read.</summary>
    /// <param name="comparison">The comparison that was begun here.</param>
    /// <returns>Their number.</returns>
    public int CountFinished(Comparison comparison) => comparison.Steps.Count(step => File.Exists(FileOf(step)));

    private static RunFolder Open(string path, Func<string, bool> mayHold)
    {
        bool isNew = !Directory.Exists(path);
        string? earlier;
        try
        {
            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".{Environment.ProcessId}.tmp");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose))
            {
            }

            earlier = EarlierResult(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OutputException($"output folder '{path}' cannot be made, read or written: {error.Message} Choose another one.", error);
        }

        ThrowIfTaken(path, earlier, mayHold);
        return new RunFolder(path, isNew);
    }

    private static void ThrowIfTaken(string path, string? earlier, Func<string, bool> mayHold)
    {
        if (earlier is null || mayHold(earlier))
            return;
        throw new OutputException(earlier == PlanFile
            ? $"output folder '{path}' holds '{earlier}' of an earlier comparison, which is not overwritten. Go on with it by the same command with --resume, choose another folder or remove that one."
            : $"output folder '{path}' holds '{earlier}' of an earlier run, which is not overwritten. Choose another folder or remove that one.");
    }

    /// <summary>Removes a folder that was made here and that no run wrote in, so that a run which could not begin leaves nothing.</summary>
    public void DeleteIfEmpty()
    {
        // One that has vanished under the run is not there to be removed.
        if (!isNew || !Directory.Exists(Path) || Directory.EnumerateFileSystemEntries(Path).Any(entry => System.IO.Path.GetFileName(entry) is not (PlanFile or LockFile)))
            return;
        Dispose();
        Directory.Delete(Path, recursive: true);
    }

    /// <summary>Lets other processes begin in the folder.</summary>
    public void Dispose()
    {
        held?.Dispose();
        held = null;
    }

    /// <summary>The path of a file in the folder.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The path.</returns>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Begins the logs of a single run, in the folder itself, or goes on with them.</summary>
    /// <param name="setting">Says whether the top-5 accuracy is of interest.</param>
    /// <param name="from">What the run goes on from; null if it begins.</param>
    /// <returns>The logs, an observer of the run.</returns>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public RunLogs OpenLogs(RunSetting setting, TrainingProgress? from = null) => new(Path, EvaluationRecord.ShowsTop5(setting.Classes), from);

    /// <summary>Begins one run of a comparison, in a subfolder, <see cref="ComparisonStep.Folder"/>: its logs, which replace those of an attempt that was stopped, and
    /// once it has come to its end its <c>run.json</c>, with which it is finished.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="step">The run.</param>
    /// <returns>The observer of the run.</returns>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public ITrainingObserver OpenRun(Comparison comparison, RunSetting setting, ComparisonStep step) => new TrainingObservers(
        OpenLogs(setting, step),
        new RunEnd(run => AtomicFile.Write(FileOf(step), ReportJson.Of(comparison.Recipe with { Training = step.Options }, setting, run)), step));

    private RunLogs OpenLogs(RunSetting setting, ComparisonStep step)
    {
        string folder = FileAt(step.Folder);
        try
        {
            Directory.CreateDirectory(folder);
            // Other logs are written over; of these, each attempt has one under a name of its own.
            foreach (string file in Directory.EnumerateFiles(folder, TensorBoardLog.Files))
                File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"output folder '{folder}' cannot be made, or emptied of an earlier attempt's logs: {error.Message} Choose another one.", error);
        }

        return new(folder, EvaluationRecord.ShowsTop5(setting.Classes));
    }

    /// <summary>Writes <c>run.json</c> and the plots.</summary>
    /// <param name="recipe">The recipe that was run.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public void Write(Recipe recipe, RunSetting setting, RunRecord run)
    {
        AtomicFile.Write(FileAt(RunFile), ReportJson.Of(recipe, setting, run));
        WritePlots(recipe, setting, [new(run)]);
    }

    /// <summary>Writes <c>report.html</c>, <c>comparison.json</c>, <c>summary.csv</c> and the plots.</summary>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="comparison">The comparison.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public void Write(RunSetting setting, ComparisonResult comparison)
    {
        AtomicFile.Write(FileAt(ComparisonFile), ReportJson.Of(setting, comparison));
        AtomicFile.Write(FileAt(SummaryFile), SummaryCsv.Of(comparison));
        WritePlots(comparison.Recipe, setting, comparison.Variants);
        AtomicFile.Write(FileAt(ReportFile), ComparisonPage.Of(comparison, setting, FilesOf(comparison)).ToHtml());
    }

    /// <summary>Writes the description, the curve and the plots of a range test.</summary>
    /// <param name="recipe">What it trained.</param>
    /// <param name="setting">Where.</param>
    /// <param name="test">What it saw.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public void Write(Recipe recipe, RunSetting setting, RangeTestResult test)
    {
        AtomicFile.Write(FileAt(RangeTestFile), ReportJson.Of(recipe, setting, test));
        AtomicFile.Write(FileAt(RangeTestCurveFile), RangeTestCurve.Of(test));
        string subject = $"{recipe.Model} on {setting.Dataset}";
        WritePlot("accuracy", RangeTestPlots.Accuracy(subject, test));
        WritePlot("loss", RangeTestPlots.Loss(subject, test));
    }

    // A description, or the log or a checkpoint of a run that was stopped before it could write one.
    private static string? EarlierResult(string path)
    {
        string[] results = [PlanFile, RunFile, ComparisonFile, RangeTestFile, WeightsFile, CsvLog.IterationsFile];
        return results.Select(name => System.IO.Path.Combine(path, name))
            .Concat(Directory.EnumerateDirectories(path).Select(folder => System.IO.Path.Combine(folder, CsvLog.IterationsFile)))
            .Where(File.Exists)
            .Append(CheckpointFolder.AnyIn(path))
            .OfType<string>()
            .Select(file => System.IO.Path.GetRelativePath(path, file))
            .FirstOrDefault();
    }

    private void WritePlots(Recipe recipe, RunSetting setting, IReadOnlyList<VariantResult> runs)
    {
        string subject = $"{recipe.Model} on {setting.Dataset}";
        WritePlot("rate", TrainingPlots.Rate(subject, runs));
        WritePlot("accuracy", TrainingPlots.Accuracy(subject, runs, EvaluationRecord.ShowsTop5(setting.Classes)));
        WritePlot("loss", TrainingPlots.Loss(subject, runs));
    }

    private void WritePlot(string name, TrainingPlot plot)
    {
        AtomicFile.Write(FileAt($"{name}.png"), plot.ToPng());
        AtomicFile.Write(FileAt($"{name}.svg"), plot.ToSvg());
    }

    private static HtmlFile[] FilesOf(ComparisonResult comparison) =>
    [
        new(ComparisonFile, "settings, evaluations of all runs, means and tests"),
        new(SummaryFile, "a row for each run over its seeds, unrounded"),
        new(PlanFile, "what was asked for; the comparison can be resumed by it"),
        new("accuracy.png", "test accuracy by iteration, as a picture; accuracy.svg in vectors"),
        new("loss.png", "training loss by iteration; loss.svg"),
        new("rate.png", "learning rate by iteration; rate.svg"),
        .. comparison.Variants.Select(variant => new HtmlFile($"{variant.Name}/", comparison.Seeds.Length > 1 ? "logs of each iteration and evaluation, a folder for each seed" : "logs of each iteration and evaluation")),
    ];

    private string FileOf(ComparisonStep step) => FileAt(System.IO.Path.Combine(step.Folder, RunFile));

    /// <summary>Makes sure that, until the folder is disposed, no other process is at work in it, and removes what killed ones left half written.</summary>
    /// <exception cref="OutputException">Another process is at work in it, or it cannot be written in.</exception>
    public void Hold()
    {
        string file = FileAt(LockFile);
        try
        {
            // The lock goes with the process, however that ends. One that another process removed as it ended is nobody's.
            do
            {
                held?.Dispose();
                held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            }
            while (!File.Exists(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(error is IOException && File.Exists(file)
                ? $"output folder '{Path}' is in use by another process. Wait until that has ended, or choose another folder."
                : $"output folder '{Path}' cannot be written in: {error.Message} Choose another one.", error);
        }

        AtomicFile.RemoveLeftOvers(Path);
    }

    // A run that was cancelled is not finished: it is made again.
    private sealed class RunEnd(Action<RunRecord> write, ComparisonStep step) : ITrainingObserver
    {
        public void OnEnd(TrainingResult result)
        {
            if (result.Outcome != RunOutcome.Cancelled)
                write(new RunRecord(step.Name, step.Options, result));
        }
    }
}

using GpuNet.Training.Comparisons;
using GpuNet.Training.Files;
using GpuNet.Training.RangeTests;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Reports;

/// <summary>
/// The folder that a run or a comparison leaves behind: <c>run.json</c> or <c>comparison.json</c>, the plots as PNG and SVG, and the CSV
/// logs: of a single run in the folder itself, of a comparison in a subfolder for each run. Logs grow as the run goes; everything else is
/// written at the end, each file whole or not at all.
/// </summary>
public sealed class RunFolder
{
    /// <summary>The name of a single run's description.</summary>
    public const string RunFile = "run.json";

    /// <summary>The name of a comparison's description.</summary>
    public const string ComparisonFile = "comparison.json";

    /// <summary>The description of a learning-rate range test.</summary>
    public const string RangeTestFile = "range-test.json";

    /// <summary>The losses and accuracies of a range test, with their rates.</summary>
    public const string RangeTestCurveFile = "range-test.csv";

    /// <summary>The name of a single run's weights.</summary>
    public const string WeightsFile = "weights.safetensors";

    private readonly bool isNew;

    private RunFolder(string path, bool isNew) => (Path, this.isNew) = (path, isNew);

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>Makes the folder if it is not there, and makes sure, before any training, that files can be written in it.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="OutputException">It cannot be made, read or written in, or holds the results of an earlier run.</exception>
    public static RunFolder Create(string path)
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

        if (earlier is not null)
            throw new OutputException($"output folder '{path}' holds '{earlier}' of an earlier run, which is not overwritten. Choose another folder or remove that one.");
        return new RunFolder(path, isNew);
    }

    /// <summary>Removes a folder that was made here and that nothing was written in, so that a run which could not begin leaves nothing.</summary>
    public void DeleteIfEmpty()
    {
        if (isNew && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    /// <summary>The path of a file in the folder.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>The path.</returns>
    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Begins the log of a single run, in the folder itself.</summary>
    /// <returns>The log, an observer of the run.</returns>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public CsvLog OpenLog() => new(Path);

    /// <summary>Begins the log of one run of a comparison, in a subfolder of its name.</summary>
    /// <param name="step">The run.</param>
    /// <returns>The log, an observer of the run.</returns>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public CsvLog OpenLog(ComparisonStep step)
    {
        string folder = FileAt(step.Name);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"output folder '{folder}' cannot be made: {error.Message} Choose another one.", error);
        }

        return new(folder);
    }

    /// <summary>Writes <c>run.json</c> and the plots.</summary>
    /// <param name="recipe">The recipe that was run.</param>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public void Write(Recipe recipe, RunSetting setting, RunRecord run)
    {
        AtomicFile.Write(FileAt(RunFile), ReportJson.Of(recipe, setting, run));
        WritePlots(recipe, setting, [run]);
    }

    /// <summary>Writes <c>comparison.json</c> and the plots.</summary>
    /// <param name="setting">Data, device and versions.</param>
    /// <param name="comparison">The comparison.</param>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public void Write(RunSetting setting, ComparisonResult comparison)
    {
        AtomicFile.Write(FileAt(ComparisonFile), ReportJson.Of(setting, comparison));
        WritePlots(comparison.Recipe, setting, comparison.Runs);
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

    // A description, or the log of a run that was stopped before it could write one.
    private static string? EarlierResult(string path)
    {
        string[] results = [RunFile, ComparisonFile, RangeTestFile, WeightsFile, CsvLog.IterationsFile];
        return results.Select(name => System.IO.Path.Combine(path, name))
            .Concat(Directory.EnumerateDirectories(path).Select(folder => System.IO.Path.Combine(folder, CsvLog.IterationsFile)))
            .Where(File.Exists)
            .Select(file => System.IO.Path.GetRelativePath(path, file))
            .FirstOrDefault();
    }

    private void WritePlots(Recipe recipe, RunSetting setting, IReadOnlyList<RunRecord> runs)
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
}

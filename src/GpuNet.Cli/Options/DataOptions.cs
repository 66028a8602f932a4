using System.CommandLine;
using GpuNet.Cli.Output;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Cli.Options;

/// <summary><c>--dataset</c> and <c>--data</c>.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> name;
    private readonly Option<string?> folder = OptionFactory.Text("--data", "DIR", "Folder with the set's files; by default data/NAME, where `gpunet data fetch` puts them");

    public DataOptions(Command command, string defaultText)
    {
        name = OptionFactory.Text("--dataset", "NAME", $"{string.Join(", ", DataSets.Names)} [default: {defaultText}]");
        command.Options.Add(name);
        command.Options.Add(folder);
    }

    /// <summary>Where a set lies if nobody says otherwise.</summary>
    public static string FolderOf(string dataset) => Path.Combine("data", dataset);

    /// <summary>Opens the set that was asked for, or else a default one.</summary>
    public ImageDataset Open(ParseResult parsed, string defaultName = EmbeddedFashionMnist.Name)
    {
        string chosen = parsed.GetValue(name) ?? defaultName;
        string? from = parsed.GetValue(folder);
        if (from is null && chosen != EmbeddedFashionMnist.Name && DataSets.Names.Contains(chosen))
        {
            from = FolderOf(chosen);
            if (!Directory.Exists(from))
                throw new DataException($"{chosen} is not at {from}. Give its folder with --data{(DownloadableSet.All.Any(set => set.Name == chosen) ? $", or fetch it: gpunet data fetch {chosen}" : "")}.");
        }

        return DataSets.Open(chosen, from);
    }

    /// <summary>Says what was opened.</summary>
    public static void Announce(CliConsole console, ImageDataset data)
    {
        var image = data.Train.Shape;
        console.Note($"Data: {data.Name}, {data.Train.Count} training and {data.Test.Count} test images of {image.C}×{image.H}×{image.W}, {data.Train.Classes} classes.");
    }
}

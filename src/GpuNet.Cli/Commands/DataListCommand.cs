using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet data list</c>: every data set, and where it comes from.</summary>
internal sealed class DataListCommand : Command, INotedCommand
{
    private static readonly Dictionary<string, string> Descriptions = new()
    {
        [EmbeddedFashionMnist.Name] = "10 kinds of clothes, 1×28×28; 10,000 + 2,000 images",
        ["cifar10"] = "10 kinds of things and animals, 3×32×32; 50,000 + 10,000 images; binary version",
        ["fashion-mnist"] = "10 kinds of clothes, 1×28×28; 60,000 + 10,000 images",
        ["mnist"] = "10 handwritten digits, 1×28×28; 60,000 + 10,000 images",
        ["idx"] = "any set of images and labels in MNIST's files",
        [PictureFolder.Name] = "JPEG and PNG files in train/CLASS and val/CLASS, as ImageNet's",
    };

    public DataListCommand(CliConsole console) : base("list", "List the data sets that --dataset takes") =>
        SetAction(_ =>
        {
            console.Show(
                ["Data set", "Images", "Comes from", "Here"],
                DataSets.Names.Select(name => new[] { name, Descriptions.GetValueOrDefault(name, ""), OriginOf(name), PlaceOf(name) }));
            return (int)ExitCode.Success;
        });

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet data list",
    ];

    private static string OriginOf(string name)
    {
        if (name == EmbeddedFashionMnist.Name)
            return "embedded";
        return DownloadableSet.All.FirstOrDefault(set => set.Name == name) is { } set
            ? $"gpunet data fetch {name} ({Format.Megabytes(set.Downloads.Sum(file => file.Bytes))})"
            : "a folder of yours: --data DIR";
    }

    private static string PlaceOf(string name)
    {
        if (name == EmbeddedFashionMnist.Name)
            return "yes";
        return Directory.Exists(DataOptions.FolderOf(name)) ? DataOptions.FolderOf(name) : "no";
    }
}

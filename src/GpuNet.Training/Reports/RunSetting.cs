using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Reports;

/// <summary>What a run was made with, besides its recipe.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="TrainImages">Images in its training set.</param>
/// <param name="TestImages">Images in its test set.</param>
/// <param name="Device">The device.</param>
/// <param name="Started">When the run began.</param>
public sealed record RunSetting(string Dataset, int TrainImages, int TestImages, DeviceDescription Device, DateTimeOffset Started)
{
    /// <summary>Classes of the data set.</summary>
    public int Classes { get; init; }

    /// <summary>The shape of an image before it is cropped, (1, C, H, W), or what every picture at least has.</summary>
    public Shape Image { get; init; }

    /// <summary>The channels that pictures were read in; null for images in memory.</summary>
    public ChannelOrder? Channels { get; init; }

    /// <summary>Which images they are: <see cref="Data.DataChecksum"/>.</summary>
    public string? DataChecksum { get; init; }

    /// <summary>The command line that makes the run again; null if there is none.</summary>
    public string? Command { get; init; }

    /// <summary>How the network was made.</summary>
    public CompileOptions Compilation { get; init; } = CompileOptions.Default;

    /// <summary>The setting of a run that begins now.</summary>
    /// <param name="data">The images.</param>
    /// <param name="session">The device.</param>
    /// <param name="options">How the network is made.</param>
    /// <returns>The setting.</returns>
    public static RunSetting Of(ImageDataset data, DeviceSession session, CompileOptions options) =>
        new(data.Name, data.Train.Count, data.Test.Count, session.Description, DateTimeOffset.Now)
        {
            Classes = data.Train.Classes,
            Image = data.Train.Shape,
            Channels = (data.Train as PictureSet)?.Options.Channels,
            DataChecksum = Data.DataChecksum.Of(data),
            Compilation = options,
        };

    /// <summary>The settings of a run, those of <c>run.json</c>, as a table.</summary>
    /// <param name="recipe">What is trained, and how.</param>
    /// <returns>A row for each setting.</returns>
    public ReportTable TableOf(Recipe recipe) => ReportJson.TableOf(recipe, this);
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;

namespace GpuNet.Cli.Options;

/// <summary>Says in an error of a network made for cropped images that <c>--crop</c> is the way out.</summary>
internal static class CropRules
{
    /// <summary>Builds a network, whose layers know nothing of a crop that is too small for them.</summary>
    public static void Build(int? crop, Action build)
    {
        try
        {
            build();
        }
        catch (ShapeException error) when (crop is not null)
        {
            throw new TrainingException($"{error.Message} Images are cropped to {crop}×{crop}: give another --crop, or leave it out.");
        }
    }

    /// <summary>Loads weights, which were trained at a crop of their own.</summary>
    /// <param name="asked"><c>--crop</c>.</param>
    /// <param name="named">The crop that the file names; null for whole images.</param>
    /// <param name="load">Loads.</param>
    public static void Load(int? asked, int? named, Action load)
    {
        try
        {
            load();
        }
        catch (WeightsException error) when (asked is not null && asked != named)
        {
            throw new WeightsException($"{error.Message} They were trained {(named is null ? "on whole images" : $"with a crop of {named}")}, and --crop asks for {asked}: leave it out.", error);
        }
    }
}

namespace GpuNet.Training.Recipes;

/// <summary>The set of the ILSVRC of 2012, which the recipes of the large networks were made for.</summary>
internal static class ImageNet
{
    /// <summary>Its training images.</summary>
    public const int TrainImages = 1_281_167;
}

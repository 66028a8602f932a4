namespace GpuNet.Cli.Options;

/// <summary>In which order training takes the images.</summary>
internal enum ImageOrder
{
    /// <summary>The set's own, as Caffe's CIFAR-10 examples do.</summary>
    File,

    /// <summary>A fresh seeded order each epoch.</summary>
    Shuffled,
}

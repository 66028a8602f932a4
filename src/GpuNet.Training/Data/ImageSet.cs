using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>Labelled images that a network trains on or is evaluated on: in memory (<see cref="ImageArray"/>) or in files
/// (<see cref="Pictures.PictureSet"/>).</summary>
public abstract class ImageSet
{
    private protected ImageSet(string name, Shape image, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (image.N != 1 || image.C < 1 || image.H < 1 || image.W < 1)
            throw new DataException($"{name}: the image shape is {image}, but must be 1×C×H×W with positive sizes. Give the shape of one image.");
        Name = name;
        Shape = image;
        ClassNames = classNames;
    }

    /// <summary>What messages call the set.</summary>
    public string Name { get; }

    /// <summary>The shape of one image, (1, C, H, W), or what every picture at least has.</summary>
    public Shape Shape { get; }

    /// <summary>The classes' names, by label.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The number of classes.</summary>
    public int Classes => ClassNames.Count;

    /// <summary>One image's class index.</summary>
    /// <param name="i">Which image, from 0.</param>
    /// <returns>The label, below <see cref="Classes"/>.</returns>
    public abstract int Label(int i);
}

using System.Reflection;

namespace GpuNet.Training.Data;

/// <summary>
/// The part of Fashion-MNIST (Zalando SE, MIT licence; arXiv 1708.07747) that the assembly carries: 10,000 training and 2,000 test images of
/// 1×28×28, the same number of each class.
/// </summary>
public static class EmbeddedFashionMnist
{
    /// <summary>The data set's name.</summary>
    public const string Name = "fashion-mnist-subset";

    /// <summary>The names of Fashion-MNIST's ten classes, by label.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Unpacks the images.</summary>
    /// <returns>The data set.</returns>
    public static ImageDataset Load() =>
        IdxReader.Assemble(Name, [.. IdxReader.FileNames.Select(file => $"{Name}/{file}.gz")], Read, ClassNames);

    private static IdxFile Read(string resource, int rank)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new DataException($"{resource}: the assembly lacks this resource; it was built without data/{Name}. Build it from a whole checkout.");
        return IdxFile.Read(stream, resource, rank);
    }
}

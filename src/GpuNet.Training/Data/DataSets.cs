using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>The data sets that can be opened by name: the one place that knows them all.</summary>
public static class DataSets
{
    private static readonly string[] FolderNames = ["cifar10", "fashion-mnist", "mnist", "idx", PictureFolder.Name];

    /// <summary>The names that <see cref="Open"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [EmbeddedFashionMnist.Name, .. FolderNames];

    /// <summary>Opens a data set.</summary>
    /// <param name="name">
    /// <c>fashion-mnist-subset</c> (embedded), <c>cifar10</c> (binary version), <c>fashion-mnist</c> or <c>mnist</c> (IDX), or <c>idx</c>: any set in MNIST's
    /// layout, its classes called 0, 1, … up to the largest label; or <c>pictures</c>: JPEG and PNG files in the layout of <see cref="PictureFolder"/>.
    /// </param>
    /// <param name="folder">Where the set's files are; null for the embedded set.</param>
    /// <param name="pictures">How pictures are read; null for the defaults. Other sets do not look at it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="TrainingException">An option of pictures is out of its range.</exception>
    /// <exception cref="DataException">The name is unknown, a folder is missing or not wanted, or the set is broken.</exception>
    public static ImageDataset Open(string name, string? folder, PictureOptions? pictures = null)
    {
        if (name == EmbeddedFashionMnist.Name)
        {
            return folder is null
                ? EmbeddedFashionMnist.Load()
                : throw new DataException($"{name} is embedded and reads no folder, but {folder} was given. Leave the folder out, or open one of {string.Join(", ", FolderNames)} from it.");
        }

        if (!FolderNames.Contains(name))
            throw new DataException($"Unknown data set '{name}'. Known: {string.Join(", ", Names)}.");
        if (string.IsNullOrEmpty(folder))
            throw new DataException($"{name} is read from a folder, but none was given. Give the folder with its files; data/README.md says where they come from.");
        return name switch
        {
            "cifar10" => Cifar10Reader.Read(folder),
            "fashion-mnist" => IdxReader.Read(name, folder, EmbeddedFashionMnist.ClassNames),
            "mnist" => IdxReader.Read(name, folder, [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]),
            PictureFolder.Name => PictureFolder.Open(folder, pictures),
            _ => IdxReader.Read(name, folder),
        };
    }
}

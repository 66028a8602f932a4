using System.Globalization;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>
/// Reads a data set in the layout of MNIST: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
/// <c>t10k-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>. Images have one channel.
/// </summary>
public static class IdxReader
{
    /// <summary>Reads the four files of a folder.</summary>
    /// <param name="name">The data set's name, for messages.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="classNames">The classes by label; null takes as many as the largest label asks for and calls them 0, 1, ….</param>
    /// <returns>The data set.</returns>
    /// <exception cref="DataException">The folder or a file is missing, or a file is broken.</exception>
    public static ImageDataset Read(string name, string folder, IReadOnlyList<string>? classNames = null)
    {
        DataFolder.ThrowIfMissing(name, folder);
        string[] paths = new string[4];
        var missing = new List<string>();
        for (int i = 0; i < paths.Length; i++)
        {
            string plain = Path.Combine(folder, FileNames[i]), gzip = plain + ".gz";
            paths[i] = File.Exists(plain) ? plain : gzip;
            if (!File.Exists(paths[i]))
                missing.Add(FileNames[i]);
        }

        DataFolder.ThrowIfIncomplete(name, folder, missing, " (with or without .gz)");
        return Assemble(name, paths, IdxFile.Read, classNames);
    }

    internal static IReadOnlyList<string> FileNames { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    internal static ImageDataset Assemble(string name, string[] files, Func<string, int, IdxFile> read, IReadOnlyList<string>? classNames)
    {
        IdxFile trainImages = read(files[0], 3), trainLabels = read(files[1], 1), testImages = read(files[2], 3), testLabels = read(files[3], 1);
        classNames ??= [.. Enumerable.Range(0, Math.Max(trainLabels.Values.Max(), testLabels.Values.Max()) + 1).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        return new ImageDataset(name, Set("train", files[0], trainImages, files[1], trainLabels), Set("test", files[2], testImages, files[3], testLabels));

        ImageSet Set(string part, string imageFile, IdxFile images, string labelFile, IdxFile labels)
        {
            if (images.Sizes[0] != labels.Sizes[0])
                throw new DataException($"{imageFile} has {images.Sizes[0]} images, but {labelFile} has {labels.Sizes[0]} labels; each image needs one. Take both files from one release.");
            for (int i = 0; i < labels.Values.Length; i++)
            {
                if (labels.Values[i] >= classNames.Count)
                    throw new DataException($"{labelFile}: record {i} has label {labels.Values[i]}, but {name} has {classNames.Count} classes, so labels run from 0 to {classNames.Count - 1}. Fetch the file again.");
            }

            return new ImageArray($"{name} {part}", new Shape(1, 1, images.Sizes[1], images.Sizes[2]), images.Values, labels.Values, classNames);
        }
    }
}

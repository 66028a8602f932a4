namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// A folder of pictures in ImageNet's layout: <c>train/CLASS/FILE</c> and <c>val/CLASS/FILE</c>, files in JPEG or PNG. Classes are the folders in
/// <c>train</c>, and files the ones in each, both in ordinal order; names that begin with a dot are left out.
/// </summary>
public static class PictureFolder
{
    /// <summary>The set's name in <see cref="DataSets"/>.</summary>
    public const string Name = "pictures";

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    /// <summary>Lists the pictures; reads none.</summary>
    /// <param name="folder">The folder that holds <c>train</c> and <c>val</c>.</param>
    /// <param name="options">How they are read; null for the defaults.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="TrainingException">An option is out of its range.</exception>
    /// <exception cref="DataException">A folder is missing or cannot be read, a class is empty, or the two parts have different classes.</exception>
    public static ImageDataset Open(string folder, PictureOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new();
        options.ThrowIfInvalid();
        string train = Path.Combine(folder, "train"), val = Path.Combine(folder, "val");
        string[] classes = ClassesIn(train), others = ClassesIn(val);
        if (classes.Length < 2)
            throw new DataException($"{train}: {classes.Length} class folders; there must be at least 2, each with the pictures of one class. Give the folder that holds train/CLASS/FILE (--data).");
        if (!classes.SequenceEqual(others))
            throw new DataException($"{folder}: train and val differ in their classes: {Difference(classes, others)}. A label must mean the same in both; add the folders that are missing or remove the others.");
        return new ImageDataset(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), Part("train", train, isTraining: true), Part("val", val, isTraining: false));

        PictureSet Part(string part, string path, bool isTraining)
        {
            var files = new List<string>();
            var labels = new List<int>();
            for (int label = 0; label < classes.Length; label++)
            {
                string[] found = PicturesIn(Path.Combine(path, classes[label]));
                files.AddRange(found);
                labels.AddRange(Enumerable.Repeat(label, found.Length));
            }

            return new PictureSet($"{folder} {part}", [.. files], [.. labels], classes, options, isTraining);
        }
    }

    private static string[] ClassesIn(string folder) => NamesIn(folder, Directory.GetDirectories);

    private static string[] PicturesIn(string folder)
    {
        string[] files = [.. NamesIn(folder, Directory.GetFiles).Where(IsPicture).Select(name => Path.Combine(folder, name))];
        return files.Length > 0
            ? files
            : throw new DataException($"{folder}: the class has no pictures; each needs at least one file named {string.Join(", ", Extensions.Select(extension => $"*{extension}"))}. Add some or remove the folder from train and val.");
    }

    private static bool IsPicture(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    // Without what file managers leave behind, such as ._1.jpg, which is no picture.
    private static string[] NamesIn(string folder, Func<string, string[]> list)
    {
        try
        {
            return [.. list(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException error)
        {
            throw new DataException($"{folder} does not exist; pictures are read from train/CLASS/FILE and val/CLASS/FILE. Give the folder that holds train and val (--data).", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder} cannot be read: {error.Message}", error);
        }
    }

    private static string Difference(string[] train, string[] val) => string.Join("; ", new[] { ("val lacks", train.Except(val)), ("train lacks", val.Except(train)) }
        .Select(side => (Which: side.Item1, Names: side.Item2.ToArray()))
        .Where(side => side.Names.Length > 0)
        .Select(side => $"{side.Which} {string.Join(", ", side.Names.Take(3))}{(side.Names.Length > 3 ? $" and {side.Names.Length - 3} more" : "")}"));
}

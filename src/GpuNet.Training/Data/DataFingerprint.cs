using System.Security.Cryptography;
using System.Text;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>What tells one data set from another, whatever they are called.</summary>
public static class DataFingerprint
{
    /// <summary>
    /// The SHA-256 of a data set: shapes, class names, labels and, of images in memory, all pixels. Of pictures in files, which would take as long to read as to train
    /// on, the files' names and lengths count instead of what is in them.
    /// </summary>
    /// <param name="data">The images.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, data.Train);
        Add(hash, data.Test);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, ImageSet set)
    {
        // Each text with its end, so that none runs into the next.
        Add(hash, $"{set.Shape} {set.Count} {set.Classes}\n");
        foreach (string name in set.ClassNames)
            Add(hash, $"{name}\n");
        for (int i = 0; i < set.Count; i++)
            Add(hash, $"{set.Label(i)}{(set is PictureSet pictures ? $" {FileOf(pictures.File(i))}" : "")}\n");
        if (set is ImageArray array)
            hash.AppendData(array.Pixels);
    }

    private static string FileOf(string path) => $"{Path.GetFileName(path)} {(new FileInfo(path) is { Exists: true } file ? file.Length : -1)}";

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
}

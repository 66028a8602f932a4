using System.IO.Hashing;
using System.Text;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>Tells data sets apart: by all pixels and labels of images in memory, and by the names and labels of pictures, whose files are not read for it.</summary>
internal static class DataChecksum
{
    /// <summary>The checksum of a data set.</summary>
    /// <param name="data">The images.</param>
    /// <returns>XXH3 of 64 bits, in hexadecimal: against mistakes, not against malice.</returns>
    public static string Of(ImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var hash = new XxHash3();
        Append(hash, data.Train);
        Append(hash, data.Test);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void Append(XxHash3 hash, ImageSet set)
    {
        Append(hash, $"{set.Shape} {set.Count}");
        foreach (string name in set.ClassNames)
            Append(hash, name);
        if (set is PictureSet pictures)
        {
            // Wherever the folder is: a picture is its class and its file's name.
            for (int i = 0; i < set.Count; i++)
                Append(hash, $"{set.Label(i)} {Path.GetFileName(pictures.File(i))}");
            return;
        }

        var images = (ImageArray)set;
        hash.Append(images.Pixels);
        for (int i = 0; i < set.Count; i++)
            hash.Append([(byte)set.Label(i)]);
    }

    // With its end, so that two texts are not one.
    private static void Append(XxHash3 hash, string text)
    {
        hash.Append(Encoding.UTF8.GetBytes(text));
        hash.Append([0]);
    }
}

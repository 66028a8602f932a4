using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Files;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// A network's parameter values in the safetensors format: an 8-byte little-endian length, a JSON header of that length, then the
/// tensors' float32 values, little-endian, in the header's order. Each tensor has its parameter's name, such as <c>conv1.weights</c>, and
/// its rank-4 shape: (O, C/groups, kh, kw) for filters, (outputs, inputs, 1, 1) for an inner product, (1, O, 1, 1) for a bias. A tensor
/// <c>mean_image</c>, (1, C, H, W), holds what was subtracted from the images, where that is a mean image.
/// </summary>
public static class WeightsFile
{
    /// <summary>Writes a network's parameters: to a temporary name, flushed to the disk, then moved into place.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="network">The network.</param>
    /// <param name="metadata">Text to keep with the weights, such as the model's name: 1,000 entries and 1 MB at most.</param>
    /// <param name="mean">The mean image to keep with the weights; null for none.</param>
    /// <exception cref="OutputException">The file cannot be written; nothing is left behind.</exception>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string>? metadata = null, ImageMean? mean = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var writer = new SafetensorsWriter(metadata);
        foreach (var parameter in network.Parameters)
            writer.Add(parameter.Name, parameter.Value);
        Save(path, writer, mean);
    }

    /// <summary>Reads a file's parameters into a network. Everything is checked before the first value changes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network; the file must hold exactly its parameters, and may hold those of <paramref name="auxiliaryLayers"/>.</param>
    /// <param name="auxiliaryLayers">Layers that are there in training only, such as <see cref="Layers.Models.GoogLeNet.AuxiliaryLayers"/>: a network without
    /// them reads a file that has them. Null for none.</param>
    /// <exception cref="WeightsException">The file cannot be read, is no safetensors file, is cut short, or holds other tensors, shapes or types.</exception>
    public static void Load(string path, Network network, IReadOnlyList<string>? auxiliaryLayers = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var stream = Open(path);
        var file = new Safetensors(path, stream);
        long[] offsets = file.OffsetsOf([.. network.Parameters.Select(parameter => (parameter.Name, parameter.Shape))], auxiliaryLayers ?? []);
        for (int i = 0; i < offsets.Length; i++)
        {
            float[] values = new float[network.Parameters[i].Shape.Length];
            file.Read(offsets[i], values);
            network.Parameters[i].Value.CopyFrom(values);
        }
    }

    /// <summary>Reads the mean image kept with the weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The mean image; null if the file has none.</returns>
    /// <exception cref="WeightsException">The file cannot be read, is no safetensors file, is cut short, or its mean image is of no image's shape.</exception>
    public static ImageMean? ReadMean(string path)
    {
        using var stream = Open(path);
        return new Safetensors(path, stream).ReadMean();
    }

    /// <summary>Reads the text kept with the weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The text by key; empty if the file has none.</returns>
    /// <exception cref="WeightsException">The file cannot be read or is no safetensors file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = Open(path);
        return new Safetensors(path, stream).ReadMetadata();
    }

    /// <summary>Writes parameters from wherever they are, one at a time.</summary>
    internal static void Save(string path, IReadOnlyList<(string Name, Shape Shape)> parameters, Func<int, float[]> valuesOf, IReadOnlyDictionary<string, string>? metadata, ImageMean? mean)
    {
        var writer = new SafetensorsWriter(metadata);
        foreach (var (i, parameter) in parameters.Index())
            writer.Add(parameter.Name, parameter.Shape, () => valuesOf(i));
        Save(path, writer, mean);
    }

    /// <summary>A weights file, open for reading.</summary>
    internal static FileStream Open(string path, string kind = "weights file")
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{kind} '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static void Save(string path, SafetensorsWriter writer, ImageMean? mean)
    {
        if (mean is not null)
            writer.Add(Safetensors.MeanName, mean.Shape, () => [.. mean.Values]);
        AtomicFile.Write(path, writer.WriteTo);
    }
}

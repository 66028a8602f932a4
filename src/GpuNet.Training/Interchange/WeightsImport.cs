using System.Buffers.Binary;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;

namespace GpuNet.Training.Interchange;

/// <summary>
/// Weights from files of other programs: ONNX, Caffe's <c>.caffemodel</c>, and safetensors. What kind a file is, its first bytes say, not its name. Before
/// anything is read, every parameter of the network must have been found, in its shape, and nothing that the network does not have.
/// </summary>
public static class WeightsImport
{
    private const int HeadLength = 9;

    /// <summary>Reads a file's weights into a network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not, such as <see cref="Layers.Models.GoogLeNet.AuxiliaryLayers"/>; null for none.</param>
    /// <exception cref="WeightsException">The file is of no known kind, is damaged, or does not fit the network.</exception>
    public static void Load(string path, Network network, IReadOnlyList<string>? auxiliaryLayers = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var source = Open(path, [.. network.Parameters.Select(parameter => (parameter.Name, parameter.Shape))], auxiliaryLayers ?? []);
        for (int i = 0; i < network.Parameters.Count; i++)
        {
            float[] values = new float[network.Parameters[i].Shape.Length];
            source.Read(i, values);
            network.Parameters[i].Value.CopyFrom(values);
        }
    }

    /// <summary>Writes a file's weights as a weights file (<see cref="WeightsFile"/>); no device is needed.</summary>
    /// <param name="path">The file to read.</param>
    /// <param name="target">The file to write; an existing one is replaced.</param>
    /// <param name="network">The network that the weights are for.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not; null for none.</param>
    /// <param name="metadata">Text to keep with the weights.</param>
    /// <param name="mean">The mean image to keep with the weights; null for none.</param>
    /// <exception cref="WeightsException">The file is of no known kind, is damaged, or does not fit the network.</exception>
    /// <exception cref="OutputException">The target cannot be written; nothing is left behind.</exception>
    public static void Convert(
        string path,
        string target,
        NetworkBuilder network,
        IReadOnlyList<string>? auxiliaryLayers = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        ImageMean? mean = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var parameters = network.ParameterShapes;
        using var source = Open(path, parameters, auxiliaryLayers ?? []);
        WeightsFile.Save(target, parameters, ValuesOf, metadata, mean);

        float[] ValuesOf(int parameter)
        {
            float[] values = new float[parameters[parameter].Shape.Length];
            source.Read(parameter, values);
            return values;
        }
    }

    /// <summary>Reads what a file holds beside the weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its text by key, and its mean: of each pixel, or of each channel, (1, C, 1, 1). A <c>.caffemodel</c> has neither.</returns>
    /// <exception cref="WeightsException">The file is of no known kind or is damaged.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, ImageMean? Mean) ReadNotes(string path)
    {
        using var stream = WeightsFile.Open(path);
        return ReadNotes(path, stream);
    }

    internal static (IReadOnlyDictionary<string, string> Metadata, ImageMean? Mean) ReadNotes(string path, Stream stream)
    {
        switch (KindOf(path, stream))
        {
            case WeightsKind.Safetensors:
                var file = new Safetensors(path, stream);
                return (file.ReadMetadata(), file.ReadMean());
            case WeightsKind.Onnx:
                var notes = new OnnxNotes(path, stream);
                return (notes.Metadata, notes.Mean);
            default:
                return (new Dictionary<string, string>(), null);
        }
    }

    /// <summary>Opens a file of any kind and finds the parameters in it.</summary>
    internal static WeightsSource Open(string path, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers)
    {
        var stream = WeightsFile.Open(path);
        try
        {
            return Open(path, stream, parameters, auxiliaryLayers);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Finds the parameters in a file, or what else can be sought in.</summary>
    internal static WeightsSource Open(string path, Stream stream, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers) => KindOf(path, stream) switch
    {
        WeightsKind.Safetensors => new SafetensorsWeights(path, stream, parameters, auxiliaryLayers),
        WeightsKind.Onnx => new OnnxWeights(path, stream, parameters, auxiliaryLayers),
        _ => new CaffeModel(path, stream, parameters, auxiliaryLayers),
    };

    // A safetensors file begins with the length of its header, which is JSON; an ONNX file with its version (field 1, a number), a .caffemodel with its
    // name (1, text), its inputs (3) or its layers (2, 100).
    private static WeightsKind KindOf(string path, Stream stream)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        head = head[..stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (head.Length == HeadLength && head[^1] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) <= (ulong)stream.Length)
            return WeightsKind.Safetensors;
        return head switch
        {
            [0x08, ..] => WeightsKind.Onnx,
            [0x0A or 0x12 or 0x1A, ..] or [0xA2, 0x06, ..] => WeightsKind.CaffeModel,
            _ => throw new WeightsException($"weights file '{path}' begins like no safetensors, ONNX or .caffemodel file. Give one of these."),
        };
    }
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Protobuf;

namespace GpuNet.Training.Interchange;

/// <summary>
/// The weights of a <c>.caffemodel</c>, Caffe's <c>NetParameter</c>, found by the layers' names. Both forms of layers are read, the one of today (field 100)
/// and the one of before 2015 (field 2). A layer's blobs are its weights, then its bias, in our order; layers without blobs, such as data and ReLU, do
/// not count.
/// </summary>
internal sealed class CaffeModel : WeightsSource
{
    private const int OldLayers = 2, Layers = 100;
    private const int Name = 1, Blobs = 7;
    private const int OldName = 4, OldBlobs = 6;

    // Blobs of a layer that are kept in mind: no layer of ours has more.
    private const int MostBlobs = 2;

    private readonly ProtobufReader reader;
    private readonly StoredParameters stored;
    private readonly string path;
    private readonly Dictionary<string, List<int>>.AlternateLookup<ReadOnlySpan<char>> layers;
    private readonly Dimensions dimensions = new();
    private readonly (long Start, long End)[] blobs = new (long, long)[MostBlobs];

    /// <summary>Finds the parameters of a network.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="parameters">Name and shape of each parameter of the network.</param>
    /// <param name="auxiliaryLayers">Layers that the file may have and the network does not.</param>
    /// <exception cref="WeightsException">The file is damaged, or a layer is missing, is one that the network does not have, or has other blobs.</exception>
    public CaffeModel(string path, Stream stream, IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers) : base(stream)
    {
        this.path = path;
        reader = new ProtobufReader(path, stream);
        stored = new StoredParameters(path, parameters);
        var byLayer = new Dictionary<string, List<int>>();
        foreach (string layer in auxiliaryLayers)
            byLayer[layer] = [];
        for (int i = 0; i < parameters.Count; i++)
        {
            string layer = parameters[i].Name[..parameters[i].Name.LastIndexOf('.')];
            if (!byLayer.TryAdd(layer, [i]))
                byLayer[layer].Add(i);
        }

        layers = byLayer.GetAlternateLookup<ReadOnlySpan<char>>();
        while (reader.TryRead(stream.Length, out int field, out var type))
        {
            if (field == Layers)
                ReadLayer(reader.ReadEnd(type, stream.Length), Name, Blobs);
            else if (field == OldLayers)
                ReadLayer(reader.ReadEnd(type, stream.Length), OldName, OldBlobs);
            else
                reader.Skip(type, stream.Length);
        }

        stored.ThrowUnlessComplete();
    }

    /// <inheritdoc/>
    public override void Read(int parameter, Span<float> values) => CaffeBlob.Read(reader, stored[parameter], values);

    private void ReadLayer(long end, int nameField, int blobsField)
    {
        ReadOnlySpan<char> name = "";
        int count = 0;
        while (reader.TryRead(end, out int field, out var type))
        {
            if (field == nameField)
            {
                name = reader.ReadName(type, end);
            }
            else if (field == blobsField)
            {
                long stop = reader.ReadEnd(type, end);
                if (count < MostBlobs)
                    blobs[count] = (reader.Position, stop);
                count++;
                reader.SkipTo(stop);
            }
            else
            {
                reader.Skip(type, end);
            }
        }

        if (count > 0)
            Take(name, count);
        reader.SkipTo(end);
    }

    private void Take(ReadOnlySpan<char> name, int count)
    {
        if (!layers.TryGetValue(name, out var parameters))
        {
            stored.AddOther(name);
            return;
        }

        if (parameters.Count == 0)
            return;
        if (count != parameters.Count)
            throw new WeightsException($"weights file '{path}': layer {name} has {count} blobs, but the network's has {parameters.Count} parameters. Give a file of the same model.");
        for (int i = 0; i < count; i++)
        {
            var (start, stop) = blobs[i];
            reader.SkipTo(start);
            long values = CaffeBlob.Measure(reader, stop, dimensions);
            stored.Add(parameters[i], new StoredTensor(start, stop), dimensions, values);
        }
    }
}

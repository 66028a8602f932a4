using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.Protobuf;

namespace GpuNet.Training.Interchange;

/// <summary>Caffe's mean image, a <c>.binaryproto</c> file of one blob.</summary>
public static class CaffeMean
{
    /// <summary>Reads a mean image.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The mean image, in the order of channels that Caffe was fed with: blue, green, red.</returns>
    /// <exception cref="WeightsException">The file cannot be read, is damaged, or is not one image.</exception>
    public static ImageMean Read(string path)
    {
        using var stream = WeightsFile.Open(path);
        return Read(path, stream);
    }

    internal static ImageMean Read(string path, Stream stream)
    {
        var reader = new ProtobufReader(path, stream);
        var dimensions = new Dimensions();
        long count = CaffeBlob.Measure(reader, stream.Length, dimensions);
        if (dimensions.AsImage() is not { } shape || shape.Length != count)
            throw new WeightsException($"mean file '{path}' has {count} values of shape {dimensions}; it must be one image, [1,channels,rows,columns]. Give a .binaryproto file of Caffe's compute_image_mean.");
        float[] values = new float[count];
        CaffeBlob.Read(reader, new StoredTensor(0, stream.Length), values);
        return new(shape, values);
    }
}

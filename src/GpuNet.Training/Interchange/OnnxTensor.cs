namespace GpuNet.Training.Interchange;

/// <summary>A tensor of an ONNX file, whose float32 values are asked for when they are written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dimensions">Its sizes; none for a single value.</param>
/// <param name="Values">Makes its values.</param>
internal sealed record OnnxTensor(string Name, IReadOnlyList<int> Dimensions, Func<float[]> Values)
{
    /// <summary>Its values' bytes.</summary>
    public long ByteCount => Dimensions.Aggregate((long)sizeof(float), (product, size) => product * size);
}

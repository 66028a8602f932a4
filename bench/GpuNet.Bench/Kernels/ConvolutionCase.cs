using GpuNet.Kernels.Convolution;

namespace GpuNet.Bench.Kernels;

/// <summary>A convolution layer of a known network.</summary>
/// <param name="Name">Network and layer.</param>
/// <param name="Geometry">Its sizes.</param>
public sealed record ConvolutionCase(string Name, ConvolutionGeometry Geometry) : IWorkload
{
    private const int CifarBatch = 100;
    private const int AlexNetBatch = 16;

    /// <summary>The layers measured: all of cifar10_quick (cifar10_full has the same) and of AlexNet.</summary>
    public static IReadOnlyList<ConvolutionCase> All { get; } =
    [
        new("cifar10 conv1", new(new(CifarBatch, 3, 32, 32), 32, 5, 1, 2, 1, 1)),
        new("cifar10 conv2", new(new(CifarBatch, 32, 16, 16), 32, 5, 1, 2, 1, 1)),
        new("cifar10 conv3", new(new(CifarBatch, 32, 8, 8), 64, 5, 1, 2, 1, 1)),
        new("alexnet conv1", new(new(AlexNetBatch, 3, 227, 227), 96, 11, 4, 0, 1, 1)),
        new("alexnet conv2", new(new(AlexNetBatch, 96, 27, 27), 256, 5, 1, 2, 1, 2)),
        new("alexnet conv3", new(new(AlexNetBatch, 256, 13, 13), 384, 3, 1, 1, 1, 1)),
        new("alexnet conv4", new(new(AlexNetBatch, 384, 13, 13), 384, 3, 1, 1, 1, 2)),
        new("alexnet conv5", new(new(AlexNetBatch, 384, 13, 13), 256, 3, 1, 1, 1, 2)),
    ];

    /// <inheritdoc/>
    public double Amount => 2.0 * Geometry.Output.Length * Geometry.Weights.ImageSize;

    /// <inheritdoc/>
    public string Unit => "FLOP";

    /// <inheritdoc/>
    public override string ToString() => Name;
}

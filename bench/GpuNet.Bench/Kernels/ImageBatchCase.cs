using System.Runtime.InteropServices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>A batch gathered from bytes that lie on the device: a window of each image, mirrored every other time, minus the mean.</summary>
/// <param name="Layer">Network.</param>
/// <param name="Geometry">Image, batch and window.</param>
public sealed record ImageBatchCase(string Layer, ImageBatchGeometry Geometry) : KernelCase($"{Layer} image batch")
{
    /// <summary>The batches measured.</summary>
    public static new IReadOnlyList<ImageBatchCase> All { get; } =
    [
        new("cifar10", new(new(1, 3, 32, 32), 100, new(32, 32))),
        new("alexnet", new(new(1, 3, 256, 256), 16, new(227, 227))),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward];

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: pixels and means are read, values written.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => (sizeof(byte) + 2.0 * sizeof(float)) * Geometry.Output.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new ImageBatchOp(memory.Session, Geometry);
        byte[] pixels = new byte[Geometry.Batch * Geometry.Image.Length];
        new Random(1).NextBytes(pixels);
        int top = Geometry.Image.H - Geometry.Window.Height, left = Geometry.Image.W - Geometry.Window.Width;
        ImagePlacement[] places = [.. Enumerable.Range(0, Geometry.Batch).Select(n => new ImagePlacement(n, n % 10, n % (top + 1), n % (left + 1), n % 2))];
        var images = memory.Keep(new ByteBuffer(memory.Session, pixels));
        var placements = memory.Keep(new ByteBuffer(memory.Session, MemoryMarshal.AsBytes(places.AsSpan()).ToArray()));
        Tensor mean = memory.Take(Geometry.Image), x = memory.Take(Geometry.Output), labels = memory.Take(Geometry.Labels);
        return [new(KernelPass.Forward, () => op.Run(images.Bytes, placements.Bytes, mean, x, labels))];
    }
}

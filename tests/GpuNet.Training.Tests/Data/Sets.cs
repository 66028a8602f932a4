using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

/// <summary>Sets of random pixels.</summary>
internal static class Sets
{
    /// <summary>An image of a set in memory.</summary>
    public static ReadOnlySpan<byte> Image(this ImageSet set, int i) => ((ImageArray)set).Image(i);

    public static ImageArray Of(Shape image, int count)
    {
        var pixels = new byte[count * image.ImageSize];
        new Random(1).NextBytes(pixels);
        return new ImageArray("set", image, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))], ["a", "b", "c", "d"]);
    }
}

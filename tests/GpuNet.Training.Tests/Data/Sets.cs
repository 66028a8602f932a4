using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

/// <summary>Sets of random pixels.</summary>
internal static class Sets
{
    public static ImageSet Of(Shape image, int count)
    {
        var pixels = new byte[count * image.ImageSize];
        new Random(1).NextBytes(pixels);
        return new ImageArray("set", image, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))], ["a", "b", "c", "d"]);
    }
}

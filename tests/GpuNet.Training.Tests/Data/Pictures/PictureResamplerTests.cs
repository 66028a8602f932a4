using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Tests.Data.Pictures;

/// <summary>Resizing, held against the filter's definition in double precision.</summary>
public sealed class PictureResamplerTests
{
    [TestCase(30, 40, 12, 16, 0, 0, 12, 16)]
    [TestCase(30, 40, 12, 16, 3, 5, 7, 6)]
    [TestCase(9, 7, 31, 25, 2, 0, 20, 25)]
    [TestCase(1, 1, 8, 8, 1, 1, 5, 5)]
    [TestCase(101, 3, 50, 2, 49, 1, 1, 1)]
    [TestCase(17, 19, 17, 19, 1, 2, 13, 11)]
    public void Each_pixel_is_a_weighted_mean(int rows, int columns, int height, int width, int top, int left, int windowRows, int windowColumns)
    {
        var pixels = new byte[rows * columns * 4];
        new Random(1).NextBytes(pixels);
        var target = new byte[3 * windowRows * windowColumns];
        new PictureResampler().Run(pixels, new(rows, columns), (double)rows / height, (double)columns / width, top, left, new(windowRows, windowColumns), ChannelOrder.Bgr, target);
        for (int c = 0; c < 3; c++)
        {
            for (int h = 0; h < windowRows; h++)
            {
                for (int w = 0; w < windowColumns; w++)
                {
                    double expected = 0;
                    foreach (var (y, weight) in Weights(rows, height, top + h))
                    {
                        foreach (var (x, other) in Weights(columns, width, left + w))
                            expected += weight * other * pixels[(y * columns + x) * 4 + c];
                    }

                    // Rounded to whole numbers twice.
                    Assert.That(target[(c * windowRows + h) * windowColumns + w], Is.EqualTo(expected).Within(1.01), $"{c} {h} {w}");
                }
            }
        }
    }

    [Test]
    public void Even_colours_stay_what_they_are_at_any_scale()
    {
        var resampler = new PictureResampler();
        foreach (byte value in new byte[] { 0, 1, 127, 255 })
        {
            foreach (int size in new[] { 1, 2, 9, 100, 999 })
            {
                var target = new byte[13 * 13];
                resampler.Run(Enumerable.Repeat(value, size * size * 4).ToArray(), new Size2D(size, size), size / 13.0, size / 13.0, 0, 0, new(13, 13), ChannelOrder.Grey, target);
                Assert.That(target, Is.All.EqualTo(value));
            }
        }
    }

    private static IEnumerable<(int Pixel, double Weight)> Weights(int size, int resized, int at)
    {
        double scale = (double)size / resized, reach = Math.Max(1, scale), middle = (at + 0.5) * scale;
        double[] heights = [.. Enumerable.Range(0, size).Select(i => Math.Max(0, 1 - Math.Abs(i + 0.5 - middle) / reach))];
        return heights.Select((height, i) => (i, height / heights.Sum()));
    }
}

using System.Runtime.InteropServices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Images;

public sealed class ImageBatchTests(string device) : DeviceFixture(device)
{
    private const int Count = 5;

    private static IEnumerable<TestCaseData> Geometries()
    {
        yield return Case("whole images", new(1, 3, 5, 7), 4, new(5, 7));
        yield return Case("whole vectors and a tail", new(1, 2, 9, 23), 3, new(9, 23));
        yield return Case("a crop", new(1, 3, 8, 9), 4, new(5, 6));
        yield return Case("a crop of rows only", new(1, 2, 9, 16), 3, new(4, 16));
        yield return Case("a wide crop", new(1, 1, 6, 150), 3, new(5, 133));
        yield return Case("a batch of one pixel", new(1, 1, 3, 4), 1, new(1, 1));
    }

    [TestCaseSource(nameof(Geometries))]
    public void A_batch_is_windows_of_images_minus_the_mean_at_the_same_pixels_mirrored_or_not(ImageBatchGeometry geometry)
    {
        byte[] pixels = Pixels(geometry.Image);
        double[] mean = Values.Uniform(geometry.Image.Length, 4, 0, 255);
        int bottom = geometry.Image.H - geometry.Window.Height, right = geometry.Image.W - geometry.Window.Width;
        // The corners of the image, the middle, and a place without an image; each with both directions over the batches.
        ImagePlacement[] all =
        [
            new(4, 999, 0, 0, 0), new(0, 3, bottom, right, 1), new(2, 4, bottom / 2, right / 2, 0), new(3, 255, 0, right, 1), ImagePlacement.Empty, new(1, 256, bottom, 0, 0), new(4, 0, bottom / 2, 0, 1), new(0, 3, 0, 0, 0),
        ];
        using var images = new ByteBuffer(Session, pixels);
        var op = new ImageBatchOp(Session, geometry);
        Tensor meanTensor = Tensor(geometry.Image, mean), x = Empty(geometry.Output), y = Empty(geometry.Labels);
        for (int first = 0; first + geometry.Batch <= all.Length; first += geometry.Batch)
        {
            var batch = all[first..(first + geometry.Batch)];
            using var placements = new ByteBuffer(Session, MemoryMarshal.AsBytes<ImagePlacement>(batch).ToArray());
            op.Run(images.Bytes, placements.Bytes, meanTensor, x, y);
            Assert.That(x.ToArray(), Is.EqualTo(Expected(geometry, pixels, mean, batch)));
            Assert.That(y.ToArray(), Is.EqualTo(batch.Select(place => (float)place.Label)));
        }
    }

    [Test]
    public void Windows_and_lengths_that_do_not_fit_are_refused()
    {
        var image = new Shape(1, 3, 4, 5);
        foreach (var window in new Size2D[] { new(5, 5), new(4, 6), new(0, 3) })
            Assert.That(() => new ImageBatchOp(Session, new(image, 2, window)), Throws.TypeOf<ShapeException>().With.Message.Contains($"window {window} of image 1×3×4×5").And.Message.Contains("at most 4×5"));
        Assert.That(() => new ImageBatchOp(Session, new(image.WithBatch(2), 2, new(4, 5))), Throws.TypeOf<ShapeException>().With.Message.Contains("2×3×4×5"));
        Assert.That(() => new ImageBatchOp(Session, new(image, 0, new(4, 5))), Throws.TypeOf<ShapeException>());

        var geometry = new ImageBatchGeometry(image, 2, new(3, 3));
        var op = new ImageBatchOp(Session, geometry);
        using var images = new ByteBuffer(Session, new byte[2 * 60]);
        using var placements = new ByteBuffer(Session, new byte[3 * 20]);
        Tensor mean = Empty(image), x = Empty(geometry.Output), y = Empty(geometry.Labels);
        var places = placements.Bytes.Slice(20, 40);
        Assert.That(() => op.Run(images.Bytes, placements.Bytes.Slice(6, 40), mean, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("byte 6").And.Message.Contains("multiple of 4"));
        Assert.That(() => op.Run(images.Bytes.Slice(0, 119), places, mean, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("119 bytes").And.Message.Contains("has 60"));
        Assert.That(() => op.Run(images.Bytes, placements.Bytes.Slice(0, 20), mean, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("20 bytes of placements"));
        Assert.That(() => op.Run(images.Bytes, places, x, x, y), Throws.TypeOf<ShapeException>().With.Message.Contains("mean"));
        Assert.That(() => op.Run(images.Bytes, places, mean, mean, y), Throws.TypeOf<ShapeException>().With.Message.Contains("x has"));
        Assert.That(() => images.Bytes.Slice(119, 2), Throws.TypeOf<ShapeException>().With.Message.Contains("2 bytes at 119").And.Message.Contains("120 bytes of the window"));
    }

    private static byte[] Pixels(Shape image)
    {
        byte[] pixels = new byte[Count * image.ImageSize];
        new System.Random(3).NextBytes(pixels);
        return pixels;
    }

    private static float[] Expected(ImageBatchGeometry geometry, byte[] pixels, double[] mean, ImagePlacement[] batch)
    {
        Shape image = geometry.Image, output = geometry.Output;
        var x = new float[output.Length];
        int i = 0;
        for (int n = 0; n < output.N; n++)
        {
            for (int c = 0; c < output.C; c++)
            {
                for (int h = 0; h < output.H; h++)
                {
                    for (int w = 0; w < output.W; w++, i++)
                    {
                        var place = batch[n];
                        int column = place.Left + (place.Mirrored != 0 ? output.W - 1 - w : w);
                        int pixel = (c * image.H + place.Top + h) * image.W + column;
                        // The difference of two floats, rounded once: exact on every device.
                        x[i] = place.Index < 0 ? 0f : (float)(pixels[place.Index * image.ImageSize + pixel] - mean[pixel]);
                    }
                }
            }
        }

        return x;
    }

    private static TestCaseData Case(string name, Shape image, int batch, Size2D window) => new TestCaseData(new ImageBatchGeometry(image, batch, window)).SetArgDisplayNames(name);
}

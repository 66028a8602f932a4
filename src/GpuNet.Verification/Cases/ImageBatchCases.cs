using System.Runtime.InteropServices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Batches gathered from images on the device, exactly: crops, mirrored ones, places without an image.</summary>
internal static class ImageBatchCases
{
    private const int Count = 50;

    public static IEnumerable<SelfTestCase> All =>
    [
        Case(new(new(1, 3, 8, 9), 5, new(5, 6)), true), Case(new(new(1, 2, 9, 23), 3, new(9, 23)), false), Case(new(new(1, 3, 32, 32), 100, new(32, 32)), false),
        Case(new(new(1, 3, 96, 96), 16, new(84, 84)), false),
    ];

    private static SelfTestCase Case(ImageBatchGeometry g, bool quick) => new("image batch", "gather", $"{g.Batch} of {g.Window} from {Count} of {g.Image.C}×{g.Image.H}×{g.Image.W}", room =>
    {
        var random = new Random(1);
        byte[] pixels = new byte[Count * g.Image.ImageSize];
        random.NextBytes(pixels);
        double[] mean = Values.Uniform(g.Image.Length, 4, 0, 255);
        ImagePlacement[] places =
        [
            .. Enumerable.Range(0, g.Batch).Select(place => place == 1
                ? ImagePlacement.Empty
                : new ImagePlacement(random.Next(Count), random.Next(1000), random.Next(g.Image.H - g.Window.Height + 1), random.Next(g.Image.W - g.Window.Width + 1), place % 2)),
        ];
        using var images = new ByteBuffer(room.Session, pixels);
        using var placements = new ByteBuffer(room.Session, MemoryMarshal.AsBytes<ImagePlacement>(places).ToArray());
        var x = room.Empty(g.Output);
        var y = room.Empty(g.Labels);
        new ImageBatchOp(room.Session, g).Run(images.Bytes, placements.Bytes, room.Tensor(g.Image, mean), x, y);
        room.CompareExactly("x", ImageBatchReference.Pixels(g, pixels, mean, places), x);
        room.CompareExactly("labels", ImageBatchReference.Labels(places), y);
    })
    { IsQuick = quick };
}

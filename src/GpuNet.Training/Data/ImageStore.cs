using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>Where feeds take images from: sets that lie on the device, or, if they are streamed or read from files, none.</summary>
internal sealed class ImageStore : IDisposable
{
    // The other half is for what the driver and other programs take.
    private const int ShareOfFree = 2;

    private readonly Dictionary<ImageArray, ByteBuffer> buffers = new(ReferenceEqualityComparer.Instance);

    private ImageStore(FeedMode mode, long imageBytes) => (Mode, ImageBytes) = (mode, imageBytes);

    /// <summary>Resident or streamed.</summary>
    public FeedMode Mode { get; }

    /// <summary>Bytes of all images.</summary>
    public long ImageBytes { get; }

    /// <summary>Decides, and puts the images on the device if they are to stay there. To be called when all else has its memory.</summary>
    /// <exception cref="DeviceException">The images are to stay on the device, and do not fit.</exception>
    public static ImageStore Open(DeviceSession session, FeedMode mode, params ReadOnlySpan<ImageSet> sets)
    {
        ImageArray[] distinct = [.. sets.ToArray().OfType<ImageArray>().Distinct()];
        long imageBytes = distinct.Sum(set => (long)set.Pixels.Length);
        if (mode == FeedMode.Auto && session.Kind != DeviceKind.Cpu && imageBytes > session.FreeBytes / ShareOfFree)
            mode = FeedMode.Streamed;
        if (mode == FeedMode.Streamed || distinct.Length == 0)
            return new(FeedMode.Streamed, imageBytes);
        var store = new ImageStore(FeedMode.Resident, imageBytes);
        try
        {
            foreach (var set in distinct)
                store.buffers.Add(set, new ByteBuffer(session, set.Pixels));
            return store;
        }
        catch (DeviceException error)
        {
            store.Dispose();
            // A driver may have less than it says, or give no buffer of that length.
            return mode == FeedMode.Auto
                ? new(FeedMode.Streamed, imageBytes)
                : throw new DeviceException($"{string.Join(", ", distinct.Select(set => set.Name))}: {imageBytes / 1e6:F1} MB of images do not stay on the device: {error.Message} Or let the images be streamed.", error);
        }
    }

    /// <summary>A set's images on the device; null if they are streamed.</summary>
    public DeviceBytes? Of(ImageSet set) => set is ImageArray array && buffers.TryGetValue(array, out var found) ? found.Bytes : null;

    public void Dispose()
    {
        foreach (var images in buffers.Values)
            images.Dispose();
    }
}

using System.Globalization;

namespace GpuNet.Training.Data;

/// <summary>How a run's images get to the device, and what that takes.</summary>
/// <param name="Mode">Resident or streamed.</param>
/// <param name="InPlace">Whether the images are read where they are, in host memory: on the CPU.</param>
/// <param name="ImageBytes">Bytes of all images.</param>
/// <param name="DeviceBytes">Device memory, in bytes: images if they are resident, the mean image, and batches under way.</param>
/// <param name="HostBytes">Page-locked host memory, in bytes: batches under way.</param>
/// <param name="PictureBytes">Host memory, in bytes, of pictures that were decoded ahead; 0 for images in memory.</param>
public readonly record struct FeedPlan(FeedMode Mode, bool InPlace, long ImageBytes, long DeviceBytes, long HostBytes, long PictureBytes = 0)
{
    /// <summary>Reads as one line, in megabytes (10⁶ bytes).</summary>
    /// <returns>The text.</returns>
    public override string ToString() => PictureBytes > 0
        ? string.Create(CultureInfo.InvariantCulture, $"decoded from files ahead of the network: {(PictureBytes + HostBytes) / 1e6:F1} MB of host memory, {DeviceBytes / 1e6:F1} MB on the device")
        : Mode == FeedMode.Streamed ? string.Create(CultureInfo.InvariantCulture, $"streamed as bytes ({ImageBytes / 1e6:F1} MB in all): {HostBytes / 1e6:F1} MB of page-locked host memory, {DeviceBytes / 1e6:F1} MB on the device")
        : string.Create(CultureInfo.InvariantCulture, $"{(InPlace ? "read in place, as bytes in host memory" : "on the device as bytes")}: {(InPlace ? ImageBytes : DeviceBytes) / 1e6:F1} MB");
}

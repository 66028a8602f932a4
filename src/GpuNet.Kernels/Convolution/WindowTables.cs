using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Convolution;

/// <summary>Where the values of windows lie, as kernels look it up. It owns device memory: a place for each pixel of an image and for each tap of a window.</summary>
internal sealed class WindowTables<TPlace> : IDisposable
    where TPlace : unmanaged, IPlace<TPlace>
{
    // A kernel that is about to multiply its last two tiles has asked for the next one.
    private static readonly int TermsPastTheEnd = GemmVariants.All.Max(variant => 3 * variant.Depth);

    // Not an arena: a view that starts anywhere but at a multiple of its elements' size cannot be cast to them.
    private readonly MemoryBuffer1D<float, Stride1D.Dense> pixelMemory, tapMemory;
    private readonly DeviceSession session;

    /// <summary>Fills the tables.</summary>
    /// <param name="session">The device.</param>
    /// <param name="vertical">Rows of the windows.</param>
    /// <param name="horizontal">Columns of the windows.</param>
    /// <param name="channels">Channels of the windows: the taps are those of channel 0, then those of channel 1, and so on.</param>
    /// <exception cref="ShapeException">A table has more values than an index reaches.</exception>
    /// <exception cref="DeviceException">The device has not enough memory.</exception>
    public WindowTables(DeviceSession session, WindowAxis vertical, WindowAxis horizontal, int channels)
    {
        int tapCount = (channels * vertical.Taps * horizontal.Taps + 3) / 4 * 4 + TermsPastTheEnd, pixelCount = vertical.Pixels * horizontal.Pixels;
        int plane = vertical.Extent * horizontal.Extent, size = Marshal.SizeOf<TPlace>() / sizeof(float);
        if ((long)Math.Max(tapCount, pixelCount) * size > ShapeException.MostValues)
            throw new ShapeException($"convolution: an image of {pixelCount} pixels and a filter of {tapCount - TermsPastTheEnd} weights; a table holds {ShapeException.MostValues / size} of either at most. Make the image or the filter smaller.");

        var pixels = new TPlace[pixelCount];
        for (int i = 0, at = 0; i < vertical.Pixels; i++)
        {
            for (int j = 0; j < horizontal.Pixels; j++, at++)
                pixels[at] = TPlace.Pixel(vertical, i, horizontal, j, vertical.PixelOffset(i) * horizontal.Extent + horizontal.PixelOffset(j));
        }

        var taps = new TPlace[tapCount];
        taps.AsSpan().Fill(TPlace.Outside);
        for (int c = 0, at = 0; c < channels; c++)
        {
            for (int r = 0; r < vertical.Taps; r++)
            {
                for (int s = 0; s < horizontal.Taps; s++, at++)
                    taps[at] = TPlace.Tap(vertical, r, horizontal, s, c * plane + vertical.TapOffset(r) * horizontal.Extent + horizontal.TapOffset(s));
            }
        }

        this.session = session;
        pixelMemory = Upload(session, pixels);
        try
        {
            tapMemory = Upload(session, taps);
        }
        catch
        {
            Free(session, pixelMemory);
            throw;
        }

        Pixels = pixelMemory.View.BaseView.Cast<TPlace>();
        Taps = tapMemory.View.BaseView.Cast<PlaceQuad<TPlace>>();
    }

    /// <summary>The pixels, row by row.</summary>
    public ArrayView<TPlace> Pixels { get; }

    /// <summary>The taps, and behind them some that are outside, which a kernel may take for terms past the last one.</summary>
    public ArrayView<PlaceQuad<TPlace>> Taps { get; }

    /// <summary>Frees the device memory; a second call does nothing.</summary>
    public void Dispose()
    {
        if (pixelMemory.IsDisposed)
            return;
        Free(session, pixelMemory);
        Free(session, tapMemory);
    }

    // Sessions allocate floats; their bits are anything.
    private static MemoryBuffer1D<float, Stride1D.Dense> Upload(DeviceSession session, TPlace[] places)
    {
        var bits = MemoryMarshal.Cast<TPlace, float>(places);
        var memory = session.Allocate<float>(bits.Length);
        try
        {
            new Tensor(session, memory.View.BaseView, Shape.Vector(bits.Length)).CopyFrom(bits);
            return memory;
        }
        catch
        {
            Free(session, memory);
            throw;
        }
    }

    private static void Free(DeviceSession session, MemoryBuffer1D<float, Stride1D.Dense> memory)
    {
        long bytes = memory.LengthInBytes;
        session.GiveBack(memory.Dispose);
        session.Return(bytes);
    }
}

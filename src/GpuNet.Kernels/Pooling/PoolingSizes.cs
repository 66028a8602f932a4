using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Pooling;

/// <summary>What the portable kernels know of a pooling: its geometry, and the divisions that find a thread's window or pixel.</summary>
internal readonly struct PoolingSizes
{
    private readonly Divider outputRow, outputPlane, inputRow, inputPlane, strideHeight, strideWidth;

    public PoolingSizes(PoolingGeometry geometry)
    {
        Geometry = geometry;
        Output = geometry.Output;
        InputPlane = geometry.Input.PlaneSize;
        OutputPlane = Output.PlaneSize;
        Windows = (int)Output.Length;
        Pixels = (int)geometry.Input.Length;
        outputRow = new(Output.W);
        outputPlane = new(Output.H);
        inputRow = new(geometry.Input.W);
        inputPlane = new(geometry.Input.H);
        strideHeight = new(geometry.Stride.Height);
        strideWidth = new(geometry.Stride.Width);
    }

    public PoolingGeometry Geometry { get; }

    public Shape Output { get; }

    /// <summary>Pixels of a plane.</summary>
    public int InputPlane { get; }

    /// <summary>Windows of a plane.</summary>
    public int OutputPlane { get; }

    /// <summary>Windows in all.</summary>
    public int Windows { get; }

    /// <summary>Pixels in all.</summary>
    public int Pixels { get; }

    /// <summary>Window i of the output.</summary>
    public PoolingPlace Window(int i) => PlaceOf(i, outputRow, Output.W, outputPlane, Output.H);

    /// <summary>Pixel i of the input.</summary>
    public PoolingPlace Pixel(int i) => PlaceOf(i, inputRow, Geometry.Input.W, inputPlane, Geometry.Input.H);

    /// <summary>The rows and columns of pixels in a window.</summary>
    public PoolingArea PixelsOf(PoolingPlace window)
    {
        int top = window.Row * Geometry.Stride.Height - Geometry.Padding.Height, left = window.Column * Geometry.Stride.Width - Geometry.Padding.Width;
        return new(
            Math.Max(top, 0), Math.Max(left, 0), Math.Min(top + Geometry.Filter.Height, Geometry.Input.H), Math.Min(left + Geometry.Filter.Width, Geometry.Input.W));
    }

    /// <summary>The rows and columns of windows over a pixel.</summary>
    public PoolingArea WindowsOver(PoolingPlace pixel) => new(
        First(pixel.Row + Geometry.Padding.Height, Geometry.Filter.Height, strideHeight),
        First(pixel.Column + Geometry.Padding.Width, Geometry.Filter.Width, strideWidth),
        Math.Min(strideHeight.Divide(pixel.Row + Geometry.Padding.Height) + 1, Output.H),
        Math.Min(strideWidth.Divide(pixel.Column + Geometry.Padding.Width) + 1, Output.W));

    private static PoolingPlace PlaceOf(int i, Divider byWidth, int width, Divider byHeight, int height)
    {
        int row = byWidth.Divide(i), plane = byHeight.Divide(row);
        return new(plane, row - plane * height, i - row * width);
    }

    private static int First(int position, int filter, Divider stride) => position < filter ? 0 : stride.Divide(position - filter) + 1;
}

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// A pixel whose window is gathered, or a tap of that window: either holds a part of the value's offset, and a part of what tells whether the value
/// lies in the image. Tables of them are made once, on the host, so that a kernel neither divides nor works out edges.
/// </summary>
internal interface IPlace<TSelf>
    where TSelf : unmanaged, IPlace<TSelf>
{
    /// <summary>A tap that lies in no image.</summary>
    static abstract TSelf Outside { get; }

    /// <summary>Its part of the offset; a value in the image lies at the sum of its pixel's and its tap's.</summary>
    int Offset { get; }

    static abstract TSelf Pixel(WindowAxis vertical, int i, WindowAxis horizontal, int j, int offset);

    static abstract TSelf Tap(WindowAxis vertical, int r, WindowAxis horizontal, int s, int offset);

    /// <summary>The same place, its offset raised.</summary>
    TSelf Moved(int by);

    /// <summary>The same pixel, or one of which every tap is outside.</summary>
    TSelf OutsideUnless(bool condition);

    /// <summary>Whether a pixel's value at a tap, or a tap's at a pixel, lies in the image.</summary>
    bool Meets(TSelf other, WindowSizes sizes);
}

/// <summary>Four places in a row of a table, which are loaded at once.</summary>
internal struct PlaceQuad<TPlace>
    where TPlace : unmanaged
{
    public TPlace V0, V1, V2, V3;
}

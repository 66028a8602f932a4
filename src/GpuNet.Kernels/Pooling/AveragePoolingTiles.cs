using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>
/// Average pooling on the CPU, planes split over the workers. A row of windows: the image rows under it are summed, with neighbouring pixels
/// in the lanes, into a scratch row that has zeros for the padding; then the sums are added across, with neighbouring windows in the lanes.
/// </summary>
internal readonly struct AveragePoolingForwardTile(ArrayView<float> x, ArrayView<float> y, PoolingGeometry geometry, WorkerScratch scratch) : ITile
{
    private readonly ArrayView<float> x = x, y = y;
    private readonly PoolingGeometry geometry = geometry;
    private readonly WorkerScratch scratch = scratch;

    /// <summary>Values of scratch that a worker needs: a row of sums and the windows' extents.</summary>
    public static long ScratchLength(PoolingGeometry geometry) => SumsLength(geometry) + geometry.Output.W + Simd.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        int width = geometry.Input.W, height = geometry.Input.H, stride = geometry.Stride.Width;
        // Zeroed: the values on both sides of the image's columns stay so.
        ref float sums = ref scratch.Of(worker), extents = ref Unsafe.Add(ref sums, (nint)SumsLength(geometry));
        for (int ow = 0; ow < output.W; ow++)
            Unsafe.Add(ref extents, ow) = PoolingWindows.Extent(ow, width, geometry.Filter.Width, stride, geometry.Padding.Width);
        var share = Share.Of(output.N * output.C, worker, workers);
        for (int plane = share.Begin; plane < share.End; plane++)
        {
            ref float px = ref x[plane * geometry.Input.PlaneSize];
            ref float py = ref y[plane * output.PlaneSize];
            for (int oh = 0; oh < output.H; oh++)
            {
                int top = oh * geometry.Stride.Height - geometry.Padding.Height;
                int first = Math.Max(top, 0), last = Math.Min(top + geometry.Filter.Height, height) - 1;
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Load(in px, first * width + w);
                    for (int h = first + 1; h <= last; h++)
                        sum = S.Add(sum, S.Load(in px, h * width + w));
                    S.StoreFirst(sum, ref sums, geometry.Padding.Width + w, width - w);
                }
                float rows = PoolingWindows.Extent(oh, height, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height);
                AddAcross<S, V>(ref sums, ref extents, rows, ref Unsafe.Add(ref py, oh * output.W), output.W);
            }
        }
    }

    // The last window ends within the padded row or a filter's width behind; up to a stride of 2, two vectors more are loaded.
    private static long SumsLength(PoolingGeometry geometry) =>
        geometry.Input.W + 2L * geometry.Padding.Width + geometry.Filter.Width + geometry.Stride.Width + 4 * Simd.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddAcross<S, V>(ref float sums, ref float extents, float rows, ref float y, int windows)
        where S : struct, ISimd<V>
        where V : struct
    {
        int filter = geometry.Filter.Width, stride = geometry.Stride.Width;
        if (stride <= 2)
        {
            for (int ow = 0; ow < windows; ow += S.Width)
            {
                V sum = S.Broadcast(0f);
                for (int k = 0; k < filter; k++)
                    sum = S.Add(sum, stride == 1 ? S.Load(in sums, ow + k) : S.LoadEven(in sums, 2 * ow + k));
                V divisors = S.Multiply(S.Broadcast(rows), S.Load(in extents, ow));
                S.StoreFirst(S.Divide(sum, divisors), ref y, ow, windows - ow);
            }
            return;
        }
        for (int ow = 0; ow < windows; ow++)
        {
            float sum = 0f;
            for (int k = 0; k < filter; k++)
                sum += Unsafe.Add(ref sums, ow * stride + k);
            Unsafe.Add(ref y, ow) = sum / (rows * Unsafe.Add(ref extents, ow));
        }
    }
}

/// <summary>
/// Average pooling's gradient on the CPU, planes split over the workers. For a row of pixels: dy / divisor of the windows over it are summed
/// down, with neighbouring windows in the lanes, and spread over a scratch row of zeros at the windows' stride; each pixel then adds the
/// values of the windows over it, with neighbouring pixels in the lanes.
/// </summary>
internal readonly struct AveragePoolingBackwardTile(ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, PoolingGeometry geometry, WorkerScratch scratch) : ITile
{
    private readonly ArrayView<float> dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly PoolingGeometry geometry = geometry;
    private readonly WorkerScratch scratch = scratch;

    /// <summary>Values of scratch that a worker needs: the spread row, the windows' sums and their extents.</summary>
    public static long ScratchLength(PoolingGeometry geometry) => SpreadLength(geometry) + 2L * (geometry.Output.W + Simd.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        int width = geometry.Input.W, filter = geometry.Filter.Width, stride = geometry.Stride.Width;
        // Window ow stands at filter − 1 + ow·stride; the pixel w adds up the filter's width of values from w + padding on.
        // The values between the windows stay zero.
        ref float spread = ref scratch.Of(worker), sums = ref Unsafe.Add(ref spread, (nint)SpreadLength(geometry)), extents = ref Unsafe.Add(ref sums, output.W + S.Width);
        for (int ow = 0; ow < output.W; ow++)
            Unsafe.Add(ref extents, ow) = PoolingWindows.Extent(ow, width, filter, stride, geometry.Padding.Width);
        var share = Share.Of(output.N * output.C, worker, workers);
        for (int plane = share.Begin; plane < share.End; plane++)
        {
            ref float pdy = ref dy[plane * output.PlaneSize];
            ref float pdx = ref dx[plane * geometry.Input.PlaneSize], pmask = ref mask.Row(plane * geometry.Input.PlaneSize);
            for (int h = 0; h < geometry.Input.H; h++)
            {
                SumDown<S, V>(ref pdy, ref extents, ref sums, h, output.H, output.W);
                for (int ow = 0; ow < output.W; ow++)
                    Unsafe.Add(ref spread, filter - 1 + ow * stride) = Unsafe.Add(ref sums, ow);
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    for (int k = 0; k < filter; k++)
                        sum = S.Add(sum, S.Load(in spread, w + geometry.Padding.Width + k));
                    S.StoreFirst(mask.Of<S, V>(sum, in pmask, h * width + w), ref pdx, h * width + w, width - w);
                }
            }
        }
    }

    private static long SpreadLength(PoolingGeometry geometry) =>
        geometry.Filter.Width + (geometry.Output.W - 1L) * geometry.Stride.Width + geometry.Input.W + geometry.Padding.Width + 2 * Simd.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumDown<S, V>(ref float dy, ref float extents, ref float sums, int h, int rows, int windows)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = PoolingWindows.First(h, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height);
        int last = PoolingWindows.Last(h, geometry.Stride.Height, geometry.Padding.Height, rows);
        for (int ow = 0; ow < windows; ow += S.Width)
        {
            V sum = S.Broadcast(0f);
            for (int oh = first; oh <= last; oh++)
            {
                float extent = PoolingWindows.Extent(oh, geometry.Input.H, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height);
                V divisors = S.Multiply(S.Broadcast(extent), S.Load(in extents, ow));
                sum = S.Add(sum, S.Divide(S.Load(in dy, oh * windows + ow), divisors));
            }
            S.Store(sum, ref sums, ow);
        }
    }
}

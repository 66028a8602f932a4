using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Max pooling on the CPU: neighbouring windows of a row in the lanes, planes split over the workers.</summary>
internal readonly struct MaxPoolingForwardTile(ArrayView<float> x, ArrayView<float> y, ArrayView<float> argmax, PoolingGeometry geometry) : ITile
{
    // A row of taps may be loaded this far behind the tensor's end: within the arena's slack, with two vectors of 16 on top.
    private const int WidestFilter = Arena.Slack / 2;

    // Column numbers are counted in float32, which holds whole numbers up to here.
    private const int LargestPlane = 1 << 24;

    private readonly ArrayView<float> x = x, y = y, argmax = argmax;
    private readonly PoolingGeometry geometry = geometry;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        var share = Share.Of(output.N * output.C, worker, workers);
        bool vectorised = geometry.Stride.Width <= 2 && geometry.Filter.Width <= WidestFilter && geometry.Input.PlaneSize <= LargestPlane;
        ref float px = ref x[0], py = ref y[0], pargmax = ref argmax[0];
        for (int plane = share.Begin; plane < share.End; plane++)
        {
            int start = plane * geometry.Input.PlaneSize;
            int result = plane * output.PlaneSize;
            for (int oh = 0; oh < output.H; oh++, result += output.W)
            {
                int top = oh * geometry.Stride.Height - geometry.Padding.Height;
                ref float source = ref Unsafe.Add(ref px, start), values = ref Unsafe.Add(ref py, result), indices = ref Unsafe.Add(ref pargmax, result);
                // Padding to the left of a tensor's first row lies before its memory, which must not be loaded.
                bool loadable = start + Math.Max(top, 0) * geometry.Input.W >= geometry.Padding.Width;
                if (vectorised && loadable)
                    Row<S, V>(ref source, ref values, ref indices, top, output.W);
                else
                    RowByWindow(ref source, ref values, ref indices, top, output.W);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<S, V>(ref float plane, ref float y, ref float argmax, int top, int windows)
        where S : struct, ISimd<V>
        where V : struct
    {
        int width = geometry.Input.W, filter = geometry.Filter.Width, stride = geometry.Stride.Width;
        int firstRow = Math.Max(top, 0), lastRow = Math.Min(top + geometry.Filter.Height, geometry.Input.H) - 1;
        V nothing = S.Broadcast(float.NegativeInfinity), beforeImage = S.Broadcast(-1f), imageWidth = S.Broadcast(width), one = S.Broadcast(1f);
        for (int ow = 0; ow < windows; ow += S.Width)
        {
            int left = ow * stride - geometry.Padding.Width;
            int leftOfLast = left + (Math.Min(S.Width, windows - ow) - 1) * stride;
            V columns = S.MultiplyAdd(S.Indices, S.Broadcast(stride), S.Broadcast(left));
            // Of a window that holds only minus infinity, the first pixel is the maximum.
            V max = nothing, index = S.Add(S.Broadcast(firstRow * width), S.Max(columns, S.Broadcast(0f)));
            for (int h = firstRow; h <= lastRow; h++)
            {
                nint offset = h * width + left;
                V indices = S.Add(S.Broadcast(h * width), columns);
                for (int k = 0; k < filter; k++)
                {
                    V values = stride == 1 ? S.Load(in plane, offset + k) : S.LoadEven(in plane, offset + k);
                    if (left + k < 0)
                        values = S.SelectGreater(S.Add(columns, S.Broadcast(k)), beforeImage, values, nothing);
                    if (leftOfLast + k >= width)
                        values = S.SelectGreater(imageWidth, S.Add(columns, S.Broadcast(k)), values, nothing);
                    S.TakeGreater(values, indices, ref max, ref index);
                    indices = S.Add(indices, one);
                }
            }
            S.StoreFirst(max, ref y, ow, windows - ow);
            S.StoreFirst(S.ToIntegerBits(index), ref argmax, ow, windows - ow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RowByWindow(ref float plane, ref float y, ref float argmax, int top, int windows)
    {
        int firstRow = Math.Max(top, 0), lastRow = Math.Min(top + geometry.Filter.Height, geometry.Input.H) - 1;
        for (int ow = 0; ow < windows; ow++)
        {
            int left = ow * geometry.Stride.Width - geometry.Padding.Width;
            int firstColumn = Math.Max(left, 0), lastColumn = Math.Min(left + geometry.Filter.Width, geometry.Input.W) - 1;
            int best = firstRow * geometry.Input.W + firstColumn;
            float max = Unsafe.Add(ref plane, best);
            for (int h = firstRow; h <= lastRow; h++)
            {
                for (int pixel = h * geometry.Input.W + firstColumn; pixel <= h * geometry.Input.W + lastColumn; pixel++)
                {
                    float value = Unsafe.Add(ref plane, pixel);
                    if (value > max || float.IsNaN(value))
                    {
                        max = value;
                        best = pixel;
                    }
                }
            }
            Unsafe.Add(ref y, ow) = max;
            Unsafe.Add(ref argmax, ow) = BitConverter.Int32BitsToSingle(best);
        }
    }
}

/// <summary>Max pooling's gradient on the CPU: each window adds to its maximum's pixel; a plane belongs to one worker, so the order is fixed.</summary>
internal readonly struct MaxPoolingBackwardTile(ArrayView<float> dy, ArrayView<float> argmax, ArrayView<float> dx, ReluMask mask, PoolingGeometry geometry) : ITile
{
    private readonly ArrayView<float> dy = dy, argmax = argmax, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly PoolingGeometry geometry = geometry;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        int pixels = geometry.Input.PlaneSize, windows = output.PlaneSize;
        var share = Share.Of(output.N * output.C, worker, workers);
        for (int plane = share.Begin; plane < share.End; plane++)
        {
            ref float pdx = ref dx[plane * pixels];
            ref float pdy = ref dy[plane * windows];
            ref int best = ref Unsafe.As<float, int>(ref argmax[plane * windows]);
            int i = 0;
            for (; i <= pixels - S.Width; i += S.Width)
                S.Store(S.Broadcast(0f), ref pdx, i);
            S.StoreFirst(S.Broadcast(0f), ref pdx, i, pixels - i);
            for (i = 0; i < windows; i++)
                Unsafe.Add(ref pdx, Unsafe.Add(ref best, i)) += Unsafe.Add(ref pdy, i);
            if (!mask.IsGiven)
                continue;
            ref float pmask = ref mask.Row(plane * pixels);
            for (i = 0; i < pixels; i += S.Width)
                S.StoreFirst(mask.Of<S, V>(S.Load(in pdx, i), in pmask, i), ref pdx, i, pixels - i);
        }
    }
}

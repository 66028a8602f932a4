using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Average pooling on the CPU, one plane a lane.</summary>
internal readonly struct AveragePoolingForward(ArrayView<float> x, ArrayView<float> y, PoolingGeometry geometry) : ILaneWork
{
    private readonly ArrayView<float> x = x, y = y;
    private readonly PoolingGeometry geometry = geometry;

    /// <summary>Blocks of windows: their pixels and means are kept.</summary>
    public static LaneBlocks Blocks(PoolingGeometry geometry)
    {
        var output = geometry.Output;
        return LaneBlocks.Of(output.N * output.C, output.H, output.W, (rows, columns) =>
            PoolingWindows.Pixels(geometry, rows, columns) + (long)rows * columns + 2 * PlaneLanes.Slack);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        var (rows, columns) = PoolingWindows.PixelsOf(block, geometry);
        int width = geometry.Input.W, start = block.Plane * geometry.Input.PlaneSize + rows.Begin * width + columns.Begin;
        ref float means = ref Unsafe.Add(ref room, ((nint)rows.Length * columns.Length + PlaneLanes.Slack) * S.Width);
        PlaneLanes.Gather<S, V>(ref x[start], block.Step * geometry.Input.PlaneSize, rows.Length, width, columns.Length, ref room);
        nint window = 0;
        for (int oh = block.Row; oh < block.Row + block.Rows; oh++)
        {
            var tall = PoolingWindows.Clipped(oh, geometry.Input.H, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height);
            for (int ow = block.Column; ow < block.Column + block.Columns; ow++, window += S.Width)
            {
                var wide = PoolingWindows.Clipped(ow, width, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width);
                ref float row = ref Unsafe.Add(ref room, ((nint)(tall.Begin - rows.Begin) * columns.Length + wide.Begin - columns.Begin) * S.Width);
                V sum = S.Broadcast(0f);
                for (int h = tall.Begin; h < tall.End; h++, row = ref Unsafe.Add(ref row, (nint)columns.Length * S.Width))
                {
                    for (int k = 0; k < wide.Length; k++)
                        sum = S.Add(sum, S.Load(in row, (nint)k * S.Width));
                }
                S.Store(S.Divide(sum, S.Broadcast(PoolingWindows.Divisor(oh, ow, geometry))), ref means, window);
            }
        }
        int result = block.Plane * output.PlaneSize + block.Row * output.W + block.Column;
        PlaneLanes.Scatter<S, V>(ref means, ref y[result], block.Step * output.PlaneSize, block.Rows, output.W, block.Columns);
    }
}

/// <summary>Average pooling's gradient on the CPU, one plane a lane: the divided gradients of the windows over a pixel are summed down, then across.</summary>
internal readonly struct AveragePoolingBackward(ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, PoolingGeometry geometry) : ILaneWork
{
    private readonly ArrayView<float> dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly PoolingGeometry geometry = geometry;

    /// <summary>Blocks of pixels: their gradients, those of the windows over them, and a row of sums of these are kept.</summary>
    public static LaneBlocks Blocks(PoolingGeometry geometry)
    {
        var input = geometry.Input;
        return LaneBlocks.Of(input.N * input.C, input.H, input.W, (rows, columns) =>
            PoolingWindows.Windows(geometry, rows, columns) + PoolingWindows.Windows(geometry, 1, columns) + (long)rows * columns + 2 * PlaneLanes.Slack);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        var (rows, columns) = PoolingWindows.WindowsOf(block, geometry, output);
        // Pixels that no window covers may lie behind the last one.
        int start = rows.Length == 0 || columns.Length == 0 ? 0 : block.Plane * output.PlaneSize + rows.Begin * output.W + columns.Begin;
        int stride = geometry.Stride.Width, padding = geometry.Padding.Width;
        ref float down = ref Unsafe.Add(ref room, ((nint)rows.Length * columns.Length + PlaneLanes.Slack) * S.Width);
        ref float sums = ref Unsafe.Add(ref down, (nint)columns.Length * S.Width);
        PlaneLanes.Gather<S, V>(ref dy[start], block.Step * output.PlaneSize, rows.Length, output.W, columns.Length, ref room);
        nint window = 0;
        for (int oh = rows.Begin; oh < rows.End; oh++)
        {
            for (int ow = columns.Begin; ow < columns.End; ow++, window += S.Width)
                S.Store(S.Divide(S.Load(in room, window), S.Broadcast(PoolingWindows.Divisor(oh, ow, geometry))), ref room, window);
        }
        nint pixel = 0;
        for (int h = block.Row; h < block.Row + block.Rows; h++)
        {
            int firstRow = PoolingWindows.First(h, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height) - rows.Begin;
            int lastRow = PoolingWindows.Last(h, geometry.Stride.Height, geometry.Padding.Height, output.H) - rows.Begin;
            nint width = (nint)columns.Length * S.Width;
            ref float row = ref Unsafe.Add(ref room, firstRow * width);
            if (firstRow != lastRow)
            {
                row = ref down;
                for (nint i = 0; i < width; i += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    for (int oh = firstRow; oh <= lastRow; oh++)
                        sum = S.Add(sum, S.Load(in room, oh * width + i));
                    S.Store(sum, ref down, i);
                }
            }
            // Going from a pixel to the next, windows begin and end.
            int first = columns.Begin, last = columns.Begin - 1;
            for (int w = block.Column; w < block.Column + block.Columns; w++, pixel += S.Width)
            {
                while (last + 1 < columns.End && (last + 1) * stride - padding <= w)
                    last++;
                while (first <= last && first * stride - padding + geometry.Filter.Width <= w)
                    first++;
                window = (nint)(first - columns.Begin) * S.Width;
                V sum = first <= last ? S.Load(in row, window) : S.Broadcast(0f);
                for (int ow = first + 1; ow <= last; ow++)
                {
                    window += S.Width;
                    sum = S.Add(sum, S.Load(in row, window));
                }
                S.Store(sum, ref sums, pixel);
            }
        }
        int result = block.Plane * geometry.Input.PlaneSize + block.Row * geometry.Input.W + block.Column, planeStride = block.Step * geometry.Input.PlaneSize;
        PlaneLanes.Scatter<S, V>(ref sums, ref dx[result], planeStride, block.Rows, geometry.Input.W, block.Columns);
        mask.Apply<S, V>(dx, result, planeStride, block.Rows, geometry.Input.W, block.Columns);
    }
}

using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pooling;

/// <summary>Max pooling on the CPU, one plane a lane: each window's maximum and where it lies.</summary>
internal readonly struct MaxPoolingForward(ArrayView<float> x, ArrayView<float> y, ArrayView<float> argmax, PoolingGeometry geometry) : ILaneWork
{
    private readonly ArrayView<float> x = x, y = y, argmax = argmax;
    private readonly PoolingGeometry geometry = geometry;

    /// <summary>Blocks of windows: their pixels, maxima and places are kept.</summary>
    public static LaneBlocks Blocks(PoolingGeometry geometry)
    {
        var output = geometry.Output;
        return LaneBlocks.Of(output.N * output.C, output.H, output.W, (rows, columns) =>
            PoolingWindows.Pixels(geometry, rows, columns) + 2L * rows * columns + 3 * PlaneLanes.Slack);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
    {
        var output = geometry.Output;
        var (rows, columns) = PoolingWindows.PixelsOf(block, geometry);
        int width = geometry.Input.W, windows = block.Rows * block.Columns;
        int start = block.Plane * geometry.Input.PlaneSize + rows.Begin * width + columns.Begin;
        ref float maxima = ref Unsafe.Add(ref room, ((nint)rows.Length * columns.Length + PlaneLanes.Slack) * S.Width);
        ref float places = ref Unsafe.Add(ref maxima, ((nint)windows + PlaneLanes.Slack) * S.Width);
        PlaneLanes.Gather<S, V>(ref x[start], block.Step * geometry.Input.PlaneSize, rows.Length, width, columns.Length, ref room);
        bool exact = MayHoldNaN<S, V>(ref room, rows.Length * columns.Length);
        V at1 = Integer<S, V>(1), at2 = Integer<S, V>(2), at3 = Integer<S, V>(width), at4 = Integer<S, V>(width + 1), at5 = Integer<S, V>(width + 2);
        V at6 = Integer<S, V>(2 * width), at7 = Integer<S, V>(2 * width + 1), at8 = Integer<S, V>(2 * width + 2);
        nint window = 0, pitch = (nint)columns.Length * S.Width;
        for (int oh = block.Row; oh < block.Row + block.Rows; oh++)
        {
            var tall = PoolingWindows.Clipped(oh, geometry.Input.H, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height);
            for (int ow = block.Column; ow < block.Column + block.Columns; ow++, window += S.Width)
            {
                var wide = PoolingWindows.Clipped(ow, width, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width);
                ref float row = ref Unsafe.Add(ref room, ((nint)(tall.Begin - rows.Begin) * columns.Length + wide.Begin - columns.Begin) * S.Width);
                // The first of equal pixels wins, so also of a window that holds only minus infinity.
                V max = S.Load(in row, 0), index = S.Broadcast(0f);
                if (tall.Length == 3 && wide.Length == 3 && !exact)
                {
                    S.TakeLarger(S.Load(in row, S.Width), at1, ref max, ref index);
                    S.TakeLarger(S.Load(in row, 2 * S.Width), at2, ref max, ref index);
                    S.TakeLarger(S.Load(in row, pitch), at3, ref max, ref index);
                    S.TakeLarger(S.Load(in row, pitch + S.Width), at4, ref max, ref index);
                    S.TakeLarger(S.Load(in row, pitch + 2 * S.Width), at5, ref max, ref index);
                    S.TakeLarger(S.Load(in row, 2 * pitch), at6, ref max, ref index);
                    S.TakeLarger(S.Load(in row, 2 * pitch + S.Width), at7, ref max, ref index);
                    S.TakeLarger(S.Load(in row, 2 * pitch + 2 * S.Width), at8, ref max, ref index);
                }
                else
                {
                    AnyWindow<S, V>(ref row, pitch, tall.Length, wide.Length, width, exact, ref max, ref index);
                }
                S.Store(max, ref maxima, window);
                S.Store(S.AddIntegers(index, Integer<S, V>(tall.Begin * width + wide.Begin)), ref places, window);
            }
        }
        int result = block.Plane * output.PlaneSize + block.Row * output.W + block.Column;
        PlaneLanes.Scatter<S, V>(ref maxima, ref y[result], block.Step * output.PlaneSize, block.Rows, output.W, block.Columns);
        PlaneLanes.Scatter<S, V>(ref places, ref argmax[result], block.Step * output.PlaneSize, block.Rows, output.W, block.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AnyWindow<S, V>(ref float row, nint pitch, int rows, int columns, int width, bool exact, ref V max, ref V index)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int h = 0; h < rows; h++, row = ref Unsafe.Add(ref row, pitch))
        {
            for (int w = 0; w < columns; w++)
            {
                if (exact)
                    S.TakeGreater(S.Load(in row, (nint)w * S.Width), Integer<S, V>(h * width + w), ref max, ref index);
                else
                    S.TakeLarger(S.Load(in row, (nint)w * S.Width), Integer<S, V>(h * width + w), ref max, ref index);
            }
        }
    }

    // A NaN or an infinity times 0 is NaN.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool MayHoldNaN<S, V>(ref float lanes, int pixels)
        where S : struct, ISimd<V>
        where V : struct
    {
        V zero = S.Broadcast(0f), sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero;
        nint i = 0, end = (nint)pixels * S.Width;
        for (; i <= end - 4 * S.Width; i += 4 * S.Width)
        {
            sum0 = S.MultiplyAdd(S.Load(in lanes, i), zero, sum0);
            sum1 = S.MultiplyAdd(S.Load(in lanes, i + S.Width), zero, sum1);
            sum2 = S.MultiplyAdd(S.Load(in lanes, i + 2 * S.Width), zero, sum2);
            sum3 = S.MultiplyAdd(S.Load(in lanes, i + 3 * S.Width), zero, sum3);
        }
        for (; i < end; i += S.Width)
            sum0 = S.MultiplyAdd(S.Load(in lanes, i), zero, sum0);
        return float.IsNaN(S.Sum(S.Add(S.Add(sum0, sum1), S.Add(sum2, sum3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Integer<S, V>(int value)
        where S : struct, ISimd<V>
        where V : struct => S.Broadcast(BitConverter.Int32BitsToSingle(value));
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
            for (int i = 0; i < pixels; i += S.Width)
                S.StoreFirst(S.Broadcast(0f), ref pdx, i, pixels - i);
            for (int i = 0; i < windows; i++)
                Unsafe.Add(ref pdx, Unsafe.Add(ref best, i)) += Unsafe.Add(ref pdy, i);
            mask.Apply<S, V>(dx, plane * pixels, 0, 1, pixels, pixels);
        }
    }
}

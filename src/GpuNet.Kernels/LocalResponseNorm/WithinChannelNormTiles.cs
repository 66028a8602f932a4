using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>Normalisation within channels on the CPU, one plane a lane.</summary>
internal readonly struct WithinChannelNormForward(ArrayView<float> x, ArrayView<float> y, Shape shape, LocalResponseNormParameters parameters) : ILaneWork
{
    private readonly ArrayView<float> x = x, y = y;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;

    /// <summary>Blocks of pixels: their results, and themselves with those around them, are kept.</summary>
    public static LaneBlocks Blocks(Shape shape, int size) => LaneBlocks.Of(shape.N * shape.C, shape.H, shape.W, (rows, columns) =>
        PixelWindows.Most(shape, rows, columns, size / 2) + PixelWindows.Most(shape, 1, columns, size / 2) + (long)rows * columns + 2 * PlaneLanes.Slack);

    public void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (parameters.Beta == ResponsePower.ThreeQuarters)
            Run<S, V, ThreeQuarterPower>(block, ref room);
        else
            Run<S, V, AnyPower>(block, ref room);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<S, V, P>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
        where P : struct, IVectorPower
    {
        int size = parameters.Size, planeStride = block.Step * shape.PlaneSize;
        PixelWindows own = PixelWindows.Around(block, shape, 0), around = PixelWindows.Around(block, shape, size / 2);
        ref float down = ref Unsafe.Add(ref room, (around.Count + PlaneLanes.Slack) * S.Width);
        ref float results = ref Unsafe.Add(ref down, (nint)around.Columns.Length * S.Width);
        PlaneLanes.Gather<S, V>(ref x[around.Start(block, shape)], planeStride, around.Rows.Length, shape.W, around.Columns.Length, ref room);
        V alpha = S.Broadcast(parameters.Alpha / (size * size)), one = S.Broadcast(1f);
        nint pixel = 0;
        for (int h = own.Rows.Begin; h < own.Rows.End; h++)
        {
            around.SumDown<S, V>(in room, shape, h, size / 2, true, ref down);
            nint centre = around.Offset(h, own.Columns.Begin) * S.Width;
            for (int w = own.Columns.Begin; w < own.Columns.End; w++, pixel += S.Width, centre += S.Width)
            {
                V s = S.MultiplyAdd(alpha, around.SumAcross<S, V>(in down, shape, w, size / 2), one);
                S.Store(S.Multiply(S.Load(in room, centre), P.Of<S, V>(s, parameters.Beta, out _)), ref results, pixel);
            }
        }
        PlaneLanes.Scatter<S, V>(ref results, ref y[own.Start(block, shape)], planeStride, block.Rows, shape.W, block.Columns);
    }
}

/// <summary>
/// The gradient of normalisation within channels on the CPU, one plane a lane. S is computed again from x, and dy·y/S once for each pixel in a
/// window of the block.
/// </summary>
internal readonly struct WithinChannelNormBackward(
    ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters) : ILaneWork
{
    private readonly ArrayView<float> x = x, dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;

    /// <summary>Blocks of pixels: their results, the quotients in their windows, and the values in the windows of those are kept.</summary>
    public static LaneBlocks Blocks(Shape shape, int size) => LaneBlocks.Of(shape.N * shape.C, shape.H, shape.W, (rows, columns) =>
        PixelWindows.Most(shape, rows, columns, size - 1) + PixelWindows.Most(shape, rows, columns, size / 2) + PixelWindows.Most(shape, 1, columns, size - 1) + (long)rows * columns + 3 * PlaneLanes.Slack);

    public void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (parameters.Beta == ResponsePower.ThreeQuarters)
            Run<S, V, ThreeQuarterPower>(block, ref room);
        else
            Run<S, V, AnyPower>(block, ref room);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<S, V, P>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct
        where P : struct, IVectorPower
    {
        int size = parameters.Size, half = size / 2, planeStride = block.Step * shape.PlaneSize;
        PixelWindows own = PixelWindows.Around(block, shape, 0), near = PixelWindows.Around(block, shape, half), far = PixelWindows.Around(block, shape, 2 * half);
        ref float quotients = ref Unsafe.Add(ref room, (far.Count + PlaneLanes.Slack) * S.Width);
        ref float down = ref Unsafe.Add(ref quotients, (near.Count + PlaneLanes.Slack) * S.Width);
        ref float results = ref Unsafe.Add(ref down, (nint)far.Columns.Length * S.Width);
        PlaneLanes.Gather<S, V>(ref x[far.Start(block, shape)], planeStride, far.Rows.Length, shape.W, far.Columns.Length, ref room);
        PlaneLanes.Gather<S, V>(ref dy[near.Start(block, shape)], planeStride, near.Rows.Length, shape.W, near.Columns.Length, ref quotients);
        V alpha = S.Broadcast(parameters.Alpha / (size * size)), one = S.Broadcast(1f);
        nint pixel = 0;
        for (int h = near.Rows.Begin; h < near.Rows.End; h++)
        {
            far.SumDown<S, V>(in room, shape, h, half, true, ref down);
            nint centre = far.Offset(h, near.Columns.Begin) * S.Width;
            for (int w = near.Columns.Begin; w < near.Columns.End; w++, pixel += S.Width, centre += S.Width)
            {
                V s = S.MultiplyAdd(alpha, far.SumAcross<S, V>(in down, shape, w, half), one);
                V scaled = S.Multiply(S.Load(in quotients, pixel), P.Of<S, V>(s, parameters.Beta, out V inverse));
                if (own.Holds(h, w))
                    S.Store(scaled, ref results, own.Offset(h, w) * S.Width);
                S.Store(S.Multiply(S.Multiply(scaled, S.Load(in room, centre)), inverse), ref quotients, pixel);
            }
        }
        V factor = S.Broadcast(-2f * parameters.Alpha * parameters.Beta / (size * size));
        pixel = 0;
        for (int h = own.Rows.Begin; h < own.Rows.End; h++)
        {
            near.SumDown<S, V>(in quotients, shape, h, half, false, ref down);
            nint centre = far.Offset(h, own.Columns.Begin) * S.Width;
            for (int w = own.Columns.Begin; w < own.Columns.End; w++, pixel += S.Width, centre += S.Width)
            {
                V others = S.Multiply(S.Multiply(factor, S.Load(in room, centre)), near.SumAcross<S, V>(in down, shape, w, half));
                S.Store(S.Add(S.Load(in results, pixel), others), ref results, pixel);
            }
        }
        int start = own.Start(block, shape);
        PlaneLanes.Scatter<S, V>(ref results, ref dx[start], planeStride, block.Rows, shape.W, block.Columns);
        mask.Apply<S, V>(dx, start, planeStride, block.Rows, shape.W, block.Columns);
    }
}

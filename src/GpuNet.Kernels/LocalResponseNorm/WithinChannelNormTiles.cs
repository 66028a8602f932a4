using System.Runtime.CompilerServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Normalisation within channels on the CPU, planes split over the workers. A row of windows: squares are summed down into a scratch row with
/// zeros on both sides, then across; both with neighbouring pixels in the lanes. The roots are taken plane by plane, whatever the row's width.
/// </summary>
internal readonly struct WithinChannelNormForwardTile(
    ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, Shape shape, LocalResponseNormParameters parameters, WorkerScratch scratch) : ITile
{
    private readonly ArrayView<float> x = x, y = y, scale = scale;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;
    private readonly WorkerScratch scratch = scratch;

    /// <summary>Values of scratch that a worker needs: a row of sums.</summary>
    public static long ScratchLength(Shape shape, int size) => (long)shape.W + size + Simd.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = parameters.Size, half = size / 2, width = shape.W, plane = shape.PlaneSize;
        ref float sums = ref scratch.Of(worker);
        V alpha = S.Broadcast(parameters.Alpha / (size * size)), one = S.Broadcast(1f);
        var share = Share.Of(shape.N * shape.C, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int start = item * plane;
            ref float px = ref x[start], py = ref y[start], ps = ref scale[start];
            for (int h = 0; h < shape.H; h++)
            {
                int first = Math.Max(h - half, 0), last = Math.Min(h + half, shape.H - 1);
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    for (int row = first; row <= last; row++)
                    {
                        V value = S.Load(in px, row * width + w);
                        sum = S.MultiplyAdd(value, value, sum);
                    }
                    S.StoreFirst(sum, ref sums, half + w, width - w);
                }
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Load(in sums, w);
                    for (int k = 1; k < size; k++)
                        sum = S.Add(sum, S.Load(in sums, w + k));
                    S.StoreFirst(S.MultiplyAdd(alpha, sum, one), ref ps, h * width + w, width - w);
                }
            }
            for (int i = 0; i < plane; i += S.Width)
                S.StoreFirst(ResponsePower.Scale<S, V>(S.Load(in px, i), S.Load(in ps, i), parameters.Beta), ref py, i, plane - i);
        }
    }
}

/// <summary>
/// The gradient of normalisation within channels on the CPU, split and summed like the forward pass. A ring of scratch rows holds dy·y/S of
/// the rows in the window, so that each quotient is computed once; dx holds the sums until the roots are taken.
/// </summary>
internal readonly struct WithinChannelNormBackwardTile(
    ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape,
    LocalResponseNormParameters parameters, WorkerScratch scratch) : ITile
{
    private readonly ArrayView<float> x = x, y = y, scale = scale, dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;
    private readonly WorkerScratch scratch = scratch;

    /// <summary>Values of scratch that a worker needs: a row of sums and the ring.</summary>
    public static long ScratchLength(Shape shape, int size) =>
        WithinChannelNormForwardTile.ScratchLength(shape, size) + Math.Min(size, shape.H) * ((long)shape.W + Simd.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = parameters.Size, half = size / 2, width = shape.W, plane = shape.PlaneSize;
        int slots = Math.Min(size, shape.H), pitch = width + S.Width;
        ref float sums = ref scratch.Of(worker), ring = ref Unsafe.Add(ref sums, width + size + S.Width);
        V factor = S.Broadcast(2f * parameters.Alpha * parameters.Beta / (size * size));
        var share = Share.Of(shape.N * shape.C, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int start = item * plane;
            ref float px = ref x[start], py = ref y[start], ps = ref scale[start], pdy = ref dy[start], pdx = ref dx[start], pmask = ref mask.Row(start);
            int filled = 0;
            for (int h = 0; h < shape.H; h++)
            {
                int first = Math.Max(h - half, 0), last = Math.Min(h + half, shape.H - 1);
                for (; filled <= last; filled++)
                {
                    ref float quotients = ref Unsafe.Add(ref ring, filled % slots * pitch);
                    nint from = filled * width;
                    for (int w = 0; w < width; w += S.Width)
                        S.Store(S.Divide(S.Multiply(S.Load(in pdy, from + w), S.Load(in py, from + w)), S.Load(in ps, from + w)), ref quotients, w);
                }
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    int slot = first % slots;
                    for (int row = first; row <= last; row++)
                    {
                        sum = S.Add(sum, S.Load(in ring, slot * pitch + w));
                        slot = slot + 1 == slots ? 0 : slot + 1;
                    }
                    S.StoreFirst(sum, ref sums, half + w, width - w);
                }
                for (int w = 0; w < width; w += S.Width)
                {
                    V sum = S.Load(in sums, w);
                    for (int k = 1; k < size; k++)
                        sum = S.Add(sum, S.Load(in sums, w + k));
                    S.StoreFirst(sum, ref pdx, h * width + w, width - w);
                }
            }
            for (int i = 0; i < plane; i += S.Width)
            {
                V own = ResponsePower.Scale<S, V>(S.Load(in pdy, i), S.Load(in ps, i), parameters.Beta);
                V others = S.Multiply(S.Multiply(factor, S.Load(in px, i)), S.Load(in pdx, i));
                S.StoreFirst(mask.Of<S, V>(S.Subtract(own, others), in pmask, i), ref pdx, i, plane - i);
            }
        }
    }
}

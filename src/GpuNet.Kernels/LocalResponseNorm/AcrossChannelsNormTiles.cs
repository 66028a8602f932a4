using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Normalisation across channels on the CPU. The work is split into images and runs of pixels; a run goes through the channels in order, with
/// neighbouring pixels in the lanes, so that the rows of a window stay in the first cache. Each window is summed afresh: a sliding sum drifts.
/// </summary>
internal readonly struct AcrossChannelsNormForwardTile(
    ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, Shape shape, LocalResponseNormParameters parameters) : ITile
{
    private const int LongestRun = 512;

    private readonly ArrayView<float> x = x, y = y, scale = scale;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int plane = shape.PlaneSize, half = parameters.Size / 2, runs = (plane + LongestRun - 1) / LongestRun;
        V alpha = S.Broadcast(parameters.Alpha / parameters.Size), k = S.Broadcast(parameters.K);
        var share = Share.Of(shape.N * runs, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int first = item % runs * LongestRun, length = Math.Min(LongestRun, plane - first), start = item / runs * shape.ImageSize + first;
            ref float px = ref x[start], py = ref y[start], ps = ref scale[start];
            for (int c = 0; c < shape.C; c++)
            {
                nint firstRow = (nint)Math.Max(c - half, 0) * plane, lastRow = (nint)Math.Min(c + half, shape.C - 1) * plane, row = (nint)c * plane;
                for (int i = 0; i < length; i += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    for (nint offset = firstRow + i; offset <= lastRow + i; offset += plane)
                    {
                        V value = S.Load(in px, offset);
                        sum = S.MultiplyAdd(value, value, sum);
                    }
                    V s = S.MultiplyAdd(alpha, sum, k);
                    S.StoreFirst(s, ref ps, row + i, length - i);
                    S.StoreFirst(ResponsePower.Scale<S, V>(S.Load(in px, row + i), s, parameters.Beta), ref py, row + i, length - i);
                }
            }
        }
    }
}

/// <summary>
/// The gradient of normalisation across channels on the CPU, split like the forward pass. A ring of scratch rows holds dy·y/S of the channels
/// in the window, so that each quotient is computed once.
/// </summary>
internal readonly struct AcrossChannelsNormBackwardTile(
    ArrayView<float> x, ArrayView<float> y, ArrayView<float> scale, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape,
    LocalResponseNormParameters parameters, WorkerScratch scratch) : ITile
{
    private const int LongestRun = 512;
    private const int RingValues = 16384;
    private const int Line = 16;

    private readonly ArrayView<float> x = x, y = y, scale = scale, dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;
    private readonly WorkerScratch scratch = scratch;

    /// <summary>Values of scratch that a worker needs: the ring.</summary>
    public static long ScratchLength(Shape shape, int size) => Math.Min(size, shape.C) * (long)RunOf(Math.Min(size, shape.C));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int plane = shape.PlaneSize, half = Math.Min(parameters.Size / 2, shape.C - 1), slots = Math.Min(parameters.Size, shape.C);
        int run = RunOf(slots), runs = (plane + run - 1) / run;
        ref float ring = ref scratch.Of(worker);
        V factor = S.Broadcast(2f * parameters.Alpha * parameters.Beta / parameters.Size);
        var share = Share.Of(shape.N * runs, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int first = item % runs * run, length = Math.Min(run, plane - first), start = item / runs * shape.ImageSize + first;
            ref float px = ref x[start], py = ref y[start], ps = ref scale[start], pdy = ref dy[start], pdx = ref dx[start], pmask = ref mask.Row(start);
            int filled = 0;
            for (int c = 0; c < shape.C; c++)
            {
                int firstChannel = Math.Max(c - half, 0), lastChannel = Math.Min(c + half, shape.C - 1);
                for (; filled <= lastChannel; filled++)
                {
                    ref float quotients = ref Unsafe.Add(ref ring, filled % slots * run);
                    nint from = (nint)filled * plane;
                    for (int i = 0; i < length; i += S.Width)
                        S.Store(S.Divide(S.Multiply(S.Load(in pdy, from + i), S.Load(in py, from + i)), S.Load(in ps, from + i)), ref quotients, i);
                }
                nint row = (nint)c * plane;
                for (int i = 0; i < length; i += S.Width)
                {
                    V sum = S.Broadcast(0f);
                    int slot = firstChannel % slots;
                    for (int channel = firstChannel; channel <= lastChannel; channel++)
                    {
                        sum = S.Add(sum, S.Load(in ring, slot * run + i));
                        slot = slot + 1 == slots ? 0 : slot + 1;
                    }
                    V own = ResponsePower.Scale<S, V>(S.Load(in pdy, row + i), S.Load(in ps, row + i), parameters.Beta);
                    V others = S.Multiply(S.Multiply(factor, S.Load(in px, row + i)), sum);
                    S.StoreFirst(mask.Of<S, V>(S.Subtract(own, others), in pmask, row + i), ref pdx, row + i, length - i);
                }
            }
        }
    }

    // Pixels of a run, so that the ring stays in the first cache; shorter than a line it would cost more than that gains.
    private static int RunOf(int slots) => Math.Clamp(RingValues / slots / Line * Line, Line, LongestRun);
}

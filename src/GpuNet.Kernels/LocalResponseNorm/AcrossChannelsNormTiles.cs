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
internal readonly struct AcrossChannelsNormForwardTile(ArrayView<float> x, ArrayView<float> y, Shape shape, LocalResponseNormParameters parameters) : ITile
{
    private readonly ArrayView<float> x = x, y = y;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int plane = shape.PlaneSize, run = ChannelWindows.RunOf(plane, 1), runs = (plane + run - 1) / run;
        var share = Share.Of(shape.N * runs, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int first = item % runs * run, length = Math.Min(run, plane - first), start = item / runs * shape.ImageSize + first;
            ref float px = ref x[start], py = ref y[start];
            for (int c = 0; c < shape.C; c++)
            {
                if (parameters.Beta == ResponsePower.ThreeQuarters)
                    Normalise<S, V, ThreeQuarterPower>(ref px, ref py, c, length);
                else
                    Normalise<S, V, AnyPower>(ref px, ref py, c, length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalise<S, V, P>(ref float px, ref float py, int channel, int length)
        where S : struct, ISimd<V>
        where V : struct
        where P : struct, IVectorPower
    {
        int plane = shape.PlaneSize;
        var window = ChannelWindows.Of(channel, shape.C, parameters.Size);
        nint row = (nint)channel * plane, next = (nint)(window.First + window.Count) * plane;
        V alpha = S.Broadcast(parameters.Alpha / parameters.Size), k = S.Broadcast(parameters.K);
        for (int i = 0; i < length; i += S.Width)
        {
            Prefetch.Line(ref Unsafe.Add(ref px, next + i));
            Prefetch.Line(ref Unsafe.Add(ref py, row + plane + i));
            V s = S.MultiplyAdd(alpha, ChannelWindows.SumOfSquares<S, V>(in px, window, plane, i), k);
            S.StoreFirst(S.Multiply(S.Load(in px, row + i), P.Of<S, V>(s, parameters.Beta, out _)), ref py, row + i, length - i);
        }
    }
}

/// <summary>
/// The gradient of normalisation across channels on the CPU, split like the forward pass. S is computed again from x, which costs less than
/// to read it. A ring on the stack holds dy·y/S of the channels in the window, with zeros for channels that are not there; dx holds dy·S^−β
/// until its channel's window is complete.
/// </summary>
internal readonly struct AcrossChannelsNormBackwardTile(
    ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, Shape shape, LocalResponseNormParameters parameters) : ITile
{
    private readonly ArrayView<float> x = x, dy = dy, dx = dx;
    private readonly ReluMask mask = mask;
    private readonly Shape shape = shape;
    private readonly LocalResponseNormParameters parameters = parameters;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* room = stackalloc float[ChannelWindows.RingValues + StackRoom.Slack];
        ref float ring = ref StackRoom.Align(room);
        int size = parameters.Size, half = size / 2, plane = shape.PlaneSize, run = ChannelWindows.RunOf(plane, size), runs = (plane + run - 1) / run;
        var share = Share.Of(shape.N * runs, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            int first = item % runs * run, length = Math.Min(run, plane - first), start = item / runs * shape.ImageSize + first;
            for (int slot = 0; slot < size; slot++)
                Clear(ref Unsafe.Add(ref ring, slot * run), length);
            for (int lead = 0; lead < shape.C + half; lead++)
            {
                ref float quotients = ref Unsafe.Add(ref ring, lead % size * run);
                if (lead >= shape.C)
                    Clear(ref quotients, length);
                else if (parameters.Beta == ResponsePower.ThreeQuarters)
                    FillQuotients<S, V, ThreeQuarterPower>(lead, start, length, ref quotients);
                else
                    FillQuotients<S, V, AnyPower>(lead, start, length, ref quotients);
                if (lead >= half)
                    SumQuotients<S, V>(lead - half, start, length, ref ring, run);
            }
        }
    }

    private static void Clear(ref float row, int length) =>
        Unsafe.InitBlockUnaligned(ref Unsafe.As<float, byte>(ref row), 0, (uint)length * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillQuotients<S, V, P>(int channel, int start, int length, ref float quotients)
        where S : struct, ISimd<V>
        where V : struct
        where P : struct, IVectorPower
    {
        int plane = shape.PlaneSize;
        nint row = (nint)channel * plane;
        var window = ChannelWindows.Of(channel, shape.C, parameters.Size);
        ref float px = ref x[start], pdy = ref dy[start], pdx = ref dx[start];
        V alpha = S.Broadcast(parameters.Alpha / parameters.Size), k = S.Broadcast(parameters.K);
        nint next = (nint)(window.First + window.Count) * plane;
        for (int i = 0; i < length; i += S.Width)
        {
            Prefetch.Line(ref Unsafe.Add(ref px, next + i));
            Prefetch.Line(ref Unsafe.Add(ref pdy, row + plane + i));
            Prefetch.Line(ref Unsafe.Add(ref pdx, row + plane + i));
            V s = S.MultiplyAdd(alpha, ChannelWindows.SumOfSquares<S, V>(in px, window, plane, i), k);
            V own = S.Multiply(S.Load(in pdy, row + i), P.Of<S, V>(s, parameters.Beta, out V inverse));
            S.Store(S.Multiply(S.Multiply(own, S.Load(in px, row + i)), inverse), ref quotients, i);
            S.StoreFirst(own, ref pdx, row + i, length - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumQuotients<S, V>(int channel, int start, int length, ref float ring, nint run)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint row = (nint)channel * shape.PlaneSize;
        ref float px = ref x[start], pdx = ref dx[start], pmask = ref mask.Row(start);
        V factor = S.Broadcast(-2f * parameters.Alpha * parameters.Beta / parameters.Size);
        nint end = (nint)parameters.Size * run;
        for (int i = 0; i < length; i += S.Width)
        {
            V sum;
            if (parameters.Size == 5)
            {
                V first = S.Add(S.Load(in ring, i), S.Load(in ring, run + i)), second = S.Add(S.Load(in ring, 2 * run + i), S.Load(in ring, 3 * run + i));
                sum = S.Add(S.Add(first, second), S.Load(in ring, 4 * run + i));
            }
            else
            {
                sum = S.Load(in ring, i);
                for (nint slot = i + run; slot < end; slot += run)
                    sum = S.Add(sum, S.Load(in ring, slot));
            }
            V gradient = S.MultiplyAdd(S.Multiply(factor, S.Load(in px, row + i)), sum, S.Load(in pdx, row + i));
            S.StoreFirst(mask.Of<S, V>(gradient, in pmask, row + i), ref pdx, row + i, length - i);
        }
    }
}

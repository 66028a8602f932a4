using GpuNet.Kernels.Pointwise;
using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// Normalisation across channels for any device, explicitly grouped: a thread walks along the channels of a pixel (<see cref="ChannelWalk"/>) and
/// loads each value once, save those that neighbouring runs share. The usual windows stay in registers.
/// </summary>
internal static class AcrossChannelsNormKernels
{
    public static void ForwardOf3(ArrayView<float> x, ArrayView<float> y, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Forward<WindowOf3>(x, y, walk, parameters);

    public static void ForwardOf5(ArrayView<float> x, ArrayView<float> y, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Forward<WindowOf5>(x, y, walk, parameters);

    public static void ForwardOfAny(ArrayView<float> x, ArrayView<float> y, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Forward<WindowInSharedMemory>(x, y, walk, parameters);

    public static void BackwardOf3(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Backward<WindowOf3>(x, dy, dx, mask, walk, parameters);

    public static void BackwardOf5(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Backward<WindowOf5>(x, dy, dx, mask, walk, parameters);

    public static void BackwardOfAny(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, ChannelWalk walk, LocalResponseNormParameters parameters) =>
        Backward<WindowInSharedMemory>(x, dy, dx, mask, walk, parameters);

    private static void Forward<TWindow>(ArrayView<float> x, ArrayView<float> y, ChannelWalk walk, LocalResponseNormParameters parameters)
        where TWindow : struct, IRunningWindow<TWindow>
    {
        var room = SharedMemory.Allocate<float>(TWindow.RoomOfAGroup);
        int pixel = Grid.GlobalIndex.X;
        if (pixel >= walk.Pixels)
            return;
        int start = walk.StartOf(pixel), half = (int)((uint)parameters.Size >> 1);
        int first = Grid.IdxY * walk.Run, end = Math.Min(first + walk.Run, walk.Channels);
        float weight = parameters.Alpha / parameters.Size;
        var window = TWindow.Of(room, 0, parameters.Size);
        for (int lead = Math.Max(first - half, 0); lead < end + half; lead++)
        {
            window.Push(Load(x, start, lead, walk));
            int channel = lead - half;
            if (channel >= first)
                y[start + channel * walk.Plane] = ResponsePower.Scale(window.Middle, parameters.K + weight * window.SumOfSquares, parameters.Beta);
        }
    }

    // Behind the leading channel of x come, half a window later each, the channel whose quotient dy·y/S is added, and the one whose window of
    // quotients is complete.
    private static void Backward<TWindow>(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ReluMask mask, ChannelWalk walk, LocalResponseNormParameters parameters)
        where TWindow : struct, IRunningWindow<TWindow>
    {
        var room = SharedMemory.Allocate<float>(TWindow.RoomOfAGroup);
        int pixel = Grid.GlobalIndex.X;
        if (pixel >= walk.Pixels)
            return;
        int start = walk.StartOf(pixel), half = (int)((uint)parameters.Size >> 1);
        int first = Grid.IdxY * walk.Run, end = Math.Min(first + walk.Run, walk.Channels);
        float weight = parameters.Alpha / parameters.Size, factor = 2f * parameters.Alpha * parameters.Beta / parameters.Size;
        TWindow values = TWindow.Of(room, 0, parameters.Size), scaled = TWindow.Of(room, 1, parameters.Size), quotients = TWindow.Of(room, 2, parameters.Size);
        for (int lead = Math.Max(first - 2 * half, 0); lead < end + 2 * half; lead++)
        {
            values.Push(Load(x, start, lead, walk));
            float s = parameters.K + weight * values.SumOfSquares;
            // Of a channel that is not there the gradient is 0.
            float own = ResponsePower.Scale(Load(dy, start, lead - half, walk), s, parameters.Beta);
            scaled.Push(own);
            quotients.Push(own * values.Middle / s);
            int channel = lead - 2 * half;
            if (channel >= first)
            {
                int i = start + channel * walk.Plane;
                dx[i] = mask.Of(scaled.Middle - factor * values.Oldest * quotients.Sum, i);
            }
        }
    }

    // The value of a channel, or 0 if there is none.
    private static float Load(ArrayView<float> view, int start, int channel, ChannelWalk walk)
    {
        int there = Math.Min(Math.Max(channel, 0), walk.Channels - 1);
        return Utilities.Select(channel == there, view[start + there * walk.Plane], 0f);
    }
}

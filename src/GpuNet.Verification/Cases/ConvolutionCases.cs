using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>
/// Convolutions: odd ones (groups, stride, dilation, filters that are not square, pixels that no window covers), and layers of cifar10_quick,
/// AlexNet and GoogLeNet. Some write a window of a wider tensor and rectify, with a mask on the way back, as layers that are fused do.
/// </summary>
internal static class ConvolutionCases
{
    // The largest factor by which Winograd's algorithm, which the processor's kernels may take, makes rounding errors grow: F(4×4, 3×3).
    private const double WinogradAmplification = 57.0 / 8;

    private static readonly (ConvolutionGeometry Geometry, ChannelWindow? Window, bool Quick)[] Sizes =
    [
        (new(new(2, 3, 7, 9), 5, 3, 1, 1, 1, 1), null, true),
        (new(new(2, 17, 5, 4), 12, 1, 1, 0, 1, 1), new(2, 17), true),
        (new(new(1, 6, 9, 8), 10, new(3, 2), new(2, 3), new(1, 2), new(2, 3), 2), null, true),
        // The bias gradient has two stages: more images than rows of a group, and large planes.
        (new(new(3, 1, 19, 19), 2, 1, 1, 0, 1, 1), null, true),
        (new(new(1, 5, 7, 6), 10, 1, 2, 0, 1, 1), null, false),
        (new(new(1, 3, 8, 9), 10, 3, 4, 0, 1, 1), new(0, 11), false),
        (new(new(2, 7, 13, 11), 14, 3, 2, 1, 1, 7), null, false),
        (new(new(3, 4, 3, 5), 33, new(5, 5), 1, new(1, 0), 1, 1), null, false),
        (new(new(2, 24, 17, 15), 40, 3, 1, 2, 2, 1), null, false),
        // cifar10_quick.
        (new(new(20, 3, 32, 32), 32, 5, 1, 2, 1, 1), null, false),
        (new(new(20, 32, 16, 16), 32, 5, 1, 2, 1, 1), null, false),
        (new(new(20, 32, 8, 8), 64, 5, 1, 2, 1, 1), null, false),
        // AlexNet: conv1, conv2, conv3, conv5.
        (new(new(2, 3, 227, 227), 96, 11, 4, 0, 1, 1), null, false),
        (new(new(2, 96, 27, 27), 256, 5, 1, 2, 1, 2), null, false),
        (new(new(2, 256, 13, 13), 384, 3, 1, 1, 1, 1), null, false),
        (new(new(2, 384, 13, 13), 256, 3, 1, 1, 1, 2), null, false),
        // GoogLeNet: conv1, and branches of inception 3a in its 256 channels.
        (new(new(2, 3, 224, 224), 64, 7, 2, 3, 1, 1), null, false),
        (new(new(4, 192, 28, 28), 64, 1, 1, 0, 1, 1), new(0, 256), false),
        (new(new(4, 96, 28, 28), 128, 3, 1, 1, 1, 1), new(64, 256), false),
        (new(new(4, 16, 28, 28), 32, 5, 1, 2, 1, 1), new(192, 256), false),
    ];

    public static IEnumerable<SelfTestCase> All => Sizes.SelectMany(size => Passes(size.Geometry, size.Window).Select(test => test with { IsQuick = size.Quick }));

    /// <summary>The three passes of a convolution, by an op that <paramref name="open"/> makes if it is given.</summary>
    public static IEnumerable<SelfTestCase> Passes(ConvolutionGeometry g, ChannelWindow? window, Func<DeviceSession, ConvolutionOp>? open = null)
    {
        const string name = "convolution";
        string shape = Describe(g, window);
        bool fused = window is not null;
        var options = new ConvolutionOptions { Rectify = fused, Window = window };
        open ??= session => new ConvolutionOp(session, g, options);
        var outputs = window is { } wide ? g.Output with { C = wide.Total } : g.Output;
        yield return new(name, fused ? "forward, rectified" : "forward", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.OutputChannels, 3);
            double[] before = Values.Uniform(outputs.Length, 5);
            using var op = open(room.Session);
            // The channels around the window must stay as they are.
            var y = fused ? room.Tensor(outputs, before) : room.Empty(outputs);
            op.Forward(room.Tensor(g.Input, x), room.Tensor(g.Weights, w), room.Tensor(g.Bias, b), y, room.Workspace(op.WorkspaceLength));
            var (terms, amplification) = Bound(room.Session, g, g.GroupInputChannels);
            room.Compare("y", i => Narrow(g, outputs, window, i) is not (>= 0 and var place) ? before[i] : Rectified(ConvolutionReference.Forward(g, x, w, b, place)),
                y, terms + 1, amplification);
        });
        yield return new(name, fused ? "backward data, masked" : "backward data", shape, room =>
        {
            double[] w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3), mask = ReluMaskReference.Masks(g.Input.Length);
            using var op = open(room.Session);
            var dx = room.Empty(g.Input);
            op.BackwardData(room.Tensor(outputs, Widen(g, outputs, window, dy)), room.Tensor(g.Weights, w), dx, room.Workspace(op.WorkspaceLength), fused ? room.Tensor(g.Input, mask) : null);
            var (terms, amplification) = Bound(room.Session, g, g.GroupOutputChannels);
            room.Compare("dx", i => fused && !(mask[i] > 0) ? 0 : ConvolutionReference.BackwardData(g, dy, w, i), dx, terms, amplification);
        });
        yield return new(name, "backward weights", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), dy = Values.Uniform(g.Output.Length, 3);
            using var op = open(room.Session);
            var dw = room.Empty(g.Weights);
            var db = room.Empty(g.Bias);
            op.BackwardWeights(room.Tensor(g.Input, x), room.Tensor(outputs, Widen(g, outputs, window, dy)), dw, db, room.Workspace(op.WorkspaceLength));
            long terms = (long)g.Output.N * g.Output.PlaneSize;
            room.Compare("dw", i => ConvolutionReference.BackwardWeights(g, x, dy, i), dw, terms);
            room.Compare("db", ConvolutionReference.BackwardBias(g.Output, dy), db, terms);
        });

        double Rectified(double value) => fused ? Math.Max(value, 0) : value;
    }

    // What the processor's kernels may compute by Winograd's algorithm sums over the channels only, since the taps are in the transforms, but its errors grow.
    private static (long Terms, double Amplification) Bound(DeviceSession session, ConvolutionGeometry g, int channels)
    {
        bool mayBeWinograd = session.Kind == DeviceKind.Cpu && g.Filter is { Height: 3, Width: 3 } or { Height: 5, Width: 5 } && g.Stride == 1 && g.Dilation == 1;
        return mayBeWinograd ? (channels, WinogradAmplification) : ((long)channels * g.Filter.Height * g.Filter.Width, 1);
    }

    // Where a value of the wider tensor lies in the op's own output, or -1 if it is in another channel.
    private static int Narrow(ConvolutionGeometry g, Shape wide, ChannelWindow? window, int index)
    {
        int channel = index / wide.PlaneSize % wide.C - (window?.First ?? 0);
        return channel < 0 || channel >= g.OutputChannels ? -1 : index / wide.ImageSize * g.Output.ImageSize + channel * wide.PlaneSize + index % wide.PlaneSize;
    }

    // The op's own output in the wider tensor; what lies around it must not be read.
    private static double[] Widen(ConvolutionGeometry g, Shape wide, ChannelWindow? window, double[] narrow) =>
        [.. Enumerable.Range(0, (int)wide.Length).Select(i => Narrow(g, wide, window, i) is >= 0 and var place ? narrow[place] : double.NaN)];

    private static string Describe(ConvolutionGeometry g, ChannelWindow? window)
    {
        var text = new System.Text.StringBuilder($"{g.Input} → {g.OutputChannels}, {g.Filter}");
        Add("stride", g.Stride, 1);
        Add("padding", g.Padding, 0);
        Add("dilation", g.Dilation, 1);
        if (g.Groups > 1)
            text.Append($", {g.Groups} groups");
        if (window is { } wide)
            text.Append($", channels {wide.First}… of {wide.Total}");
        return text.ToString();

        void Add(string what, Size2D size, int usual)
        {
            if (size != usual)
                text.Append($", {what} {(size.Height == size.Width ? $"{size.Height}" : size)}");
        }
    }
}

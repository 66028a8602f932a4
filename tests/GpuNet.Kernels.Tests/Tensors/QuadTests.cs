using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Tensors;

/// <summary>What takes four values at once gives the same where views start between quads, and touches nothing around them.</summary>
public sealed class QuadTests(string device) : DeviceFixture(device)
{
    private const int Margin = 8;

    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 6, 7, 8, 1023];

    [Test]
    public void A_rectifier_and_its_gradient([ValueSource(nameof(Lengths))] int length, [Values(0, 1, 4)] int shift)
    {
        double[] x = Values.Uniform(length, 1), dy = Values.Uniform(length, 2);
        x[length / 2] = double.NaN;
        Tensor tx = Window(x, shift), y = Window(new double[length], shift), dx = Window(new double[length], 0);
        var op = Keep(new ReluOp(Session));
        op.Forward(tx, y);
        op.Backward(y, Window(dy, 0), dx);
        Assert.That(y.ToArray(), Is.EqualTo(x.Select(value => value < 0 ? 0 : (float)value)));
        Assert.That(dx.ToArray(), Is.EqualTo(x.Zip(dy, (value, gradient) => value > 0 ? (float)gradient : 0)));
    }

    [Test]
    public void Dropout([ValueSource(nameof(Lengths))] int length, [Values(0, 3)] int shift)
    {
        double[] x = Values.Uniform(length, 1), factors = DropoutReference.Factors(length, 0.5, 7, 8, 9);
        var y = Window(new double[length], shift);
        Keep(new DropoutOp(Session, 0.5f, 7, 8)).Forward(Window(x, 0), y, 9);
        Assert.That(y.ToArray(), Is.EqualTo(x.Zip(factors, (value, factor) => (float)(value * factor))));
    }

    [Test]
    public void An_update([ValueSource(nameof(Lengths))] int length, [Values(0, 1)] int shift, [ValueSource(typeof(UpdateCheck), nameof(UpdateCheck.All))] UpdateCheck check)
    {
        double[] w = Values.Uniform(length, 1), dw = Values.Uniform(length, 2);
        double[][] state = [.. check.State.Select((_, i) => Array.ConvertAll(Values.Uniform(length, 3 + i), Math.Abs))];
        Tensor tw = Window(w, 0), tdw = Window(dw, 4);
        Tensor[] kept = [.. state.Select(values => Window(values, shift))];
        Keep(check.Open(Session))(tw, kept, tdw, 0.25, 2, 1);
        check.Reference(w, state, dw, 0.25, 2, 1);
        Close.To(w, tw.ToArray(), UpdateCheck.TermsOf(1), "w");
        for (int i = 0; i < state.Length; i++)
            Close.To(state[i], kept[i].ToArray(), UpdateCheck.TermsOf(1), check.State[i]);
    }

    [Test]
    public void A_masked_sum([ValueSource(nameof(Lengths))] int length, [Values(0, 2)] int shift)
    {
        double[][] dys = [.. Enumerable.Range(0, 4).Select(term => Values.Uniform(length, term))];
        double[] mask = ReluMaskReference.Masks(length);
        var dx = Window(new double[length], 0);
        Keep(new GradientSumOp(Session, 4)).Run([.. dys.Select(dy => Window(dy, 0))], dx, Window(mask, shift));
        double[] sum = [.. Enumerable.Range(0, length).Select(i => dys.Sum(dy => dy[i]))];
        Close.To(ReluMaskReference.Apply(sum, mask), dx.ToArray(), 4, "dx");
    }

    // Channels and planes that make quads, and some that do not.
    [Test]
    public void A_concatenation([Values(1, 2, 4)] int width, [Values(4, 6)] int channels, [Values(0, 1)] int shift)
    {
        Shape[] shapes = [.. new[] { 4, channels, 8, 2, 12 }.Select(c => new Shape(3, c, 2, width))];
        double[][] xs = [.. shapes.Select((shape, i) => Values.Uniform(shape.Length, i))];
        var op = Keep(new ConcatenationOp(Session, shapes));
        var y = Window(new double[op.Output.Length], shift).Reshape(op.Output);
        op.Forward([.. shapes.Select((shape, i) => Window(xs[i], 0).Reshape(shape))], y);
        Assert.That(y.ToArray().Select(value => (double)value), Is.EqualTo(ConcatenationReference.Forward(shapes, xs)));
        Tensor[] dxs = [.. shapes.Select(shape => Window(new double[shape.Length], 0).Reshape(shape))];
        op.Backward(y, dxs);
        for (int i = 0; i < shapes.Length; i++)
            Assert.That(dxs[i].ToArray().Select(value => (double)value), Is.EqualTo(xs[i]), $"dx[{i}]");
    }

    [Test]
    public void Quads_are_taken_where_all_views_start_at_one()
    {
        var room = Empty(Shape.Vector(100));
        var shifted = room.Slice(1, Shape.Vector(99));
        Assert.That(QuadPlan.Of(Session.Limits, 91, room.View, room.Slice(8, Shape.Vector(91)).View).Quads, Is.EqualTo(22));
        Assert.That(QuadPlan.Of(Session.Limits, 91, room.View, shifted.View).Quads, Is.Zero);
        Assert.That(QuadPlan.Of(Session.Limits, 91, shifted.Slice(3, Shape.Vector(91)).View).Quads, Is.EqualTo(22));
    }

    // The margins are part of the arena's tensor, so its guards do not show what is written there; a launch past the window's end would.
    private Tensor Window(double[] values, int shift)
    {
        var room = Tensor(Shape.Vector(Margin + values.Length), [.. Enumerable.Repeat(double.NaN, shift), .. values, .. Enumerable.Repeat(double.NaN, Margin - shift)]);
        windows.Add((room, shift, values.Length));
        return room.Slice(shift, Shape.Vector(values.Length));
    }

    private readonly List<(Tensor Room, int Shift, int Length)> windows = [];

    [TearDown]
    public void CheckMargins()
    {
        foreach (var (room, shift, length) in windows)
        {
            float[] values = room.ToArray();
            Assert.That(values[..shift].Concat(values[(shift + length)..]), Is.All.NaN, "what lies around a window");
        }
        windows.Clear();
    }
}

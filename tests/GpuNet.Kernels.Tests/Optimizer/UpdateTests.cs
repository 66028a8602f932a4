using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Optimizer;

/// <summary>Every optimizer's op.</summary>
public sealed class UpdateTests(string device) : DeviceFixture(device)
{
    private const int Steps = 20;

    private static IReadOnlyList<UpdateCheck> Checks => UpdateCheck.All;

    [Test]
    public void Twenty_steps_with_a_changing_rate_equal_the_reference([ValueSource(nameof(Checks))] UpdateCheck check, [Values(1, 15, 16, 17, 1000)] int length, [Values(1, 0.25)] double scale)
    {
        double[] w = Values.Uniform(length, 1);
        double[][] state = [.. check.State.Select(_ => new double[length])];
        var weights = Tensor(Shape.Vector(length), w);
        Tensor[] kept = [.. state.Select(values => Tensor(Shape.Vector(length), values))];
        var update = Keep(check.Open(Session));
        for (int step = 0; step < Steps; step++)
        {
            double[] gradient = Gradient(length, step);
            update(weights, kept, Tensor(Shape.Vector(length), gradient), Rate(step), step, scale);
            check.Reference(w, state, gradient, Rate(step), step, scale);
        }

        Close.To(w, weights.ToArray(), UpdateCheck.TermsOf(Steps), "w");
        for (int i = 0; i < state.Length; i++)
            Close.To(state[i], kept[i].ToArray(), UpdateCheck.TermsOf(Steps), check.State[i]);
    }

    // What lies between two parameters of a group, and weights whose gradient is always 0: also of a constant as small as the default.
    [Test]
    public void Zeros_stay_zeros([ValueSource(nameof(Checks))] UpdateCheck check)
    {
        var shape = Shape.Vector(21);
        var weights = Tensor(shape, new double[21]);
        Tensor[] kept = [.. check.State.Select(_ => Tensor(shape, new double[21]))];
        var update = Keep(check.Open(Session));
        for (int step = 0; step < 3; step++)
            update(weights, kept, Tensor(shape, new double[21]), Rate(step), step, 1);
        Assert.That(weights.ToArray(), Is.All.Zero);
        foreach (var tensor in kept)
            Assert.That(tensor.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Zeros_stay_zeros_and_small_gradients_count_with_the_default_delta()
    {
        const double delta = 1e-8;
        double[] gradient = [0, 1e-6, 1, -1e-6];
        var dw = Tensor(Shape.Vector(4), gradient);
        Check("adagrad", (w, h, _) => new AdaGradOp(Session).Update(w, h, dw, 0.5, delta, 0), (w, h, _) => OptimizerReference.AdaGrad(w, h, gradient, 0.5, delta, 0));
        Check("rmsprop", (w, h, _) => new RmsPropOp(Session).Update(w, h, dw, 0.5, 0.99, delta, 0), (w, h, _) => OptimizerReference.RmsProp(w, h, gradient, 0.5, 0.99, delta, 0));
        Check("adadelta", (w, h, u) => new AdaDeltaOp(Session).Update(w, h, u, dw, 0.5, 0.95, delta, 0), (w, h, u) => OptimizerReference.AdaDelta(w, h, u, gradient, 0.5, 0.95, delta, 0));
        Check("adam", (w, m, v) => new AdamOp(Session).Update(w, m, v, dw, 0.5, 0.9, 0.999, delta, 0, 0), (w, m, v) => OptimizerReference.Adam(w, m, v, gradient, 0.5, 0.9, 0.999, delta, 0, 0));

        void Check(string name, Action<Tensor, Tensor, Tensor> update, Action<double[], double[], double[]> reference)
        {
            Tensor Zeros() => Tensor(Shape.Vector(4), new double[4]);
            var w = Zeros();
            double[] expected = new double[4];
            update(w, Zeros(), Zeros());
            reference(expected, new double[4], new double[4]);
            Close.To(expected, w.ToArray(), UpdateCheck.TermsOf(1), name);
            Assert.That(w.ToArray()[0], Is.Zero, name);
        }
    }

    [Test]
    public void The_two_forms_of_sgd_take_the_same_first_step_and_part_when_the_rate_changes()
    {
        const int length = 100;
        var (w, v) = Start(length);
        var (wTorch, vTorch) = Start(length);
        var op = Keep(new SgdOp(Session));
        Step(0, 0.5);
        Close.To([.. w.ToArray().Select(value => (double)value)], wTorch.ToArray(), 3, "w after the first step");
        Step(1, 0.5);
        Close.To([.. w.ToArray().Select(value => (double)value)], wTorch.ToArray(), 6, "w after a step at the same rate");
        Step(2, 0.125);
        // Caffe's velocity still holds the old rate, so the step is longer by momentum·(0.5 − 0.125)·v of PyTorch's form.
        double difference = w.ToArray().Zip(wTorch.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.That(difference, Is.GreaterThan(0.05));

        void Step(int step, double rate)
        {
            var dw = Tensor(w.Shape, Gradient(length, step));
            op.Update(w, v, dw, rate, 0.875, 0.03125);
            op.UpdateTorch(wTorch, vTorch, dw, rate, 0.875, 0.03125);
        }
    }

    [Test]
    public void A_window_is_updated_and_its_neighbours_are_not([ValueSource(nameof(Checks))] UpdateCheck check)
    {
        var window = Shape.Vector(21);
        var w = Tensor(Shape.Vector(64), Values.Uniform(64, 1));
        Tensor[] state = [.. check.State.Select(_ => Tensor(w.Shape, Enumerable.Repeat(0.5, 64).ToArray()))];
        Tensor[] all = [w, .. state];
        float[][] before = [.. all.Select(tensor => tensor.ToArray())];
        Keep(check.Open(Session))(w.Slice(16, window), [.. state.Select(tensor => tensor.Slice(16, window))], Tensor(w.Shape, Gradient(64, 0)).Slice(16, window), 0.5, 0, 1);
        for (int i = 0; i < all.Length; i++)
        {
            float[] after = all[i].ToArray();
            Assert.That(after[..16], Is.EqualTo(before[i][..16]));
            Assert.That(after[37..], Is.EqualTo(before[i][37..]));
            Assert.That(after[16..37].Zip(before[i][16..37], (a, b) => a != b), Is.All.True);
        }
    }

    [Test]
    public void Shapes_that_differ_are_refused([ValueSource(nameof(Checks))] UpdateCheck check)
    {
        var update = Keep(check.Open(Session));
        string op = check.Name.Split(',')[0];
        Tensor four = Empty(Shape.Vector(4)), five = Empty(Shape.Vector(5));
        Refused([.. check.State.Select(_ => four)], five, $"{op}: dw");
        for (int i = 0; i < check.State.Count; i++)
            Refused([.. check.State.Select((_, j) => i == j ? five : four)], four, $"{op}: {check.State[i]}");

        void Refused(Tensor[] state, Tensor dw, string who) => Assert.That(
            () => update(four, state, dw, 1, 0, 1), Throws.TypeOf<ShapeException>().With.Message.Contains(who).And.Message.Contains("1×5×1×1"));
    }

    private static double[] Gradient(int length, int step) => Values.Uniform(length, 100 + step);

    private static double Rate(int step) => 0.0625 * (1 + step % 7);

    private (Tensor W, Tensor V) Start(int length) =>
        (Tensor(Shape.Vector(length), Values.Uniform(length, 1)), Tensor(Shape.Vector(length), new double[length]));
}

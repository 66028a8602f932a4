using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Optimizer;

public sealed class SgdTests(string device) : DeviceFixture(device)
{
    private const int Steps = 20;
    // Powers of two and short fractions: float32 holds them exactly, so the reference takes the same steps.
    private const float Momentum = 0.875f, Decay = 0.03125f;

    [Test]
    public void Twenty_steps_with_a_changing_rate_equal_the_reference([Values(1, 15, 16, 17, 1000)] int length, [Values] bool torch)
    {
        var (w, v) = Start(length);
        double[] expectedW = Weights(length), expectedV = new double[length];
        var op = Keep(new SgdOp(Session));
        for (int step = 0; step < Steps; step++)
        {
            double[] gradient = Gradient(length, step);
            var dw = Tensor(w.Shape, gradient);
            if (torch)
            {
                op.UpdateTorch(w, v, dw, Rate(step), Momentum, Decay);
                SgdReference.UpdateTorch(expectedW, expectedV, gradient, Rate(step), Momentum, Decay);
            }
            else
            {
                op.Update(w, v, dw, Rate(step), Momentum, Decay);
                SgdReference.Update(expectedW, expectedV, gradient, Rate(step), Momentum, Decay);
            }
        }

        // Each weight is a sum over the steps, each step of three products.
        Close.To(expectedW, w.ToArray(), 3 * Steps, "w");
        Close.To(expectedV, v.ToArray(), 3 * Steps, "v");
    }

    [Test]
    public void The_two_forms_take_the_same_first_step_and_part_when_the_rate_changes()
    {
        const int length = 100;
        var (w, v) = Start(length);
        var (wTorch, vTorch) = Start(length);
        var op = Keep(new SgdOp(Session));
        Step(0, 0.5f);
        Close.To([.. w.ToArray().Select(value => (double)value)], wTorch.ToArray(), 3, "w after the first step");
        Step(1, 0.5f);
        Close.To([.. w.ToArray().Select(value => (double)value)], wTorch.ToArray(), 6, "w after a step at the same rate");
        Step(2, 0.125f);
        // Caffe's velocity still holds the old rate, so the step is longer by momentum·(0.5 − 0.125)·v of PyTorch's form.
        double difference = w.ToArray().Zip(wTorch.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.That(difference, Is.GreaterThan(0.05));

        void Step(int step, float rate)
        {
            var dw = Tensor(w.Shape, Gradient(length, step));
            op.Update(w, v, dw, rate, Momentum, Decay);
            op.UpdateTorch(wTorch, vTorch, dw, rate, Momentum, Decay);
        }
    }

    [Test]
    public void A_window_is_updated_and_its_neighbours_are_not()
    {
        var (w, v) = Start(64);
        var dw = Tensor(w.Shape, Gradient(64, 0));
        var window = Shape.Vector(21);
        float[] before = w.ToArray();
        Keep(new SgdOp(Session)).Update(w.Slice(16, window), v.Slice(16, window), dw.Slice(16, window), 0.5f, Momentum, Decay);
        float[] after = w.ToArray();
        Assert.That(after[..16], Is.EqualTo(before[..16]));
        Assert.That(after[37..], Is.EqualTo(before[37..]));
        Assert.That(after[16..37].Zip(before[16..37], (a, b) => a != b), Is.All.True);
    }

    [Test]
    public void Shapes_that_differ_are_refused()
    {
        var op = Keep(new SgdOp(Session));
        Tensor four = Empty(Shape.Vector(4)), five = Empty(Shape.Vector(5));
        Assert.That(() => op.Update(four, five, four, 1, 0, 0), Throws.TypeOf<ShapeException>().With.Message.Contains("sgd: v").And.Message.Contains("1×5×1×1"));
        Assert.That(() => op.UpdateTorch(four, four, five, 1, 0, 0), Throws.TypeOf<ShapeException>().With.Message.Contains("sgd: dw").And.Message.Contains("1×5×1×1"));
    }

    private static double[] Weights(int length) => Values.Uniform(length, 1);

    private static double[] Gradient(int length, int step) => Values.Uniform(length, 100 + step);

    private static float Rate(int step) => 0.0625f * (1 + step % 7);

    private (Tensor W, Tensor V) Start(int length) =>
        (Tensor(Shape.Vector(length), Weights(length)), Tensor(Shape.Vector(length), new double[length]));
}

using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Optimizer;

public sealed class GradientClipTests(string device) : DeviceFixture(device)
{
    [TestCase(1)]
    [TestCase(3, 5)]
    [TestCase(21, 1, 64)]
    [TestCase(9001, 4096, 15)]
    public void Above_the_limit_the_norm_of_all_becomes_the_limit(params int[] lengths)
    {
        double[][] gradients = Gradients(lengths);
        float most = (float)(GradientClipReference.Norm(gradients) / 5);
        var tensors = Clip(gradients, most);
        double[][] expected = GradientClipReference.Clip(gradients, most);
        for (int i = 0; i < tensors.Length; i++)
            Close.To(expected[i], tensors[i].ToArray(), lengths.Sum(), $"gradient {i}");
    }

    [TestCase(1)]
    [TestCase(9001, 15)]
    public void Up_to_the_limit_not_a_bit_changes(params int[] lengths)
    {
        double[][] gradients = Gradients(lengths);
        var tensors = Clip(gradients, (float)(1.01 * GradientClipReference.Norm(gradients)));
        for (int i = 0; i < tensors.Length; i++)
            Assert.That(tensors[i].ToArray(), Is.EqualTo(gradients[i]));
    }

    [Test]
    public void A_window_between_quads_is_clipped_and_its_neighbours_are_not()
    {
        double[] values = Values.Uniform(60, 1);
        var window = Shape.Vector(21);
        var tensor = Tensor(Shape.Vector(60), values);
        using var op = new GradientClipOp(Session, [window], 0.25f);
        op.Run([tensor.Slice(17, window)]);
        float[] after = tensor.ToArray();
        Close.To(GradientClipReference.Clip([values[17..38]], 0.25f)[0], after[17..38], 21, "window");
        Assert.That(after[..17], Is.EqualTo(values[..17]));
        Assert.That(after[38..], Is.EqualTo(values[38..]));
    }

    [Test]
    public void The_same_launch_twice_gives_the_same_bits()
    {
        double[][] gradients = Gradients([9001, 15]);
        float[] first = Clip(gradients, 0.1f)[0].ToArray();
        Assert.That(Clip(gradients, 0.1f)[0].ToArray(), Is.EqualTo(first));
    }

    // 1e20 squared is beyond float32, and so is any norm from there on.
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(1e20f)]
    public void A_norm_that_is_not_finite_leaves_the_gradients_so_that_a_divergence_shows(float value)
    {
        double[] gradients = Values.Uniform(50, 1);
        gradients[37] = value;
        Assert.That(Clip([gradients, [1, 2]], 0.1f).SelectMany(tensor => tensor.ToArray()), Is.EqualTo((double[])[.. gradients, 1, 2]));
    }

    [Test]
    public void Gradients_of_0_stay_0() => Assert.That(Clip([new double[20]], 1e-30f)[0].ToArray(), Is.All.Zero);

    [TestCase(0f)]
    [TestCase(-1f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_limit_that_is_no_norm_is_refused(float most) =>
        Assert.That(() => new GradientClipOp(Session, [Shape.Vector(3)], most), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("finite and above 0"));

    [Test]
    public void Tensors_that_differ_are_refused()
    {
        using var op = new GradientClipOp(Session, [Shape.Vector(3), Shape.Vector(4)], 1);
        Tensor three = Empty(Shape.Vector(3)), four = Empty(Shape.Vector(4));
        Assert.That(() => op.Run([three]), Throws.TypeOf<ShapeException>().With.Message.Contains("1 tensors").And.Message.Contains("made for 2"));
        Assert.That(() => op.Run([three, three]), Throws.TypeOf<ShapeException>().With.Message.Contains("gradient 1").And.Message.Contains("1×4×1×1"));
        Assert.That(() => new GradientClipOp(Session, [], 1), Throws.TypeOf<ShapeException>().With.Message.Contains("at least one"));
        Assert.That(() => new GradientClipOp(Session, [new(int.MaxValue, 2, 1, 1)], 1), Throws.TypeOf<ShapeException>());
        op.Run([three, four]);
    }

    private static double[][] Gradients(int[] lengths) => [.. lengths.Select((length, i) => Values.Uniform(length, i + 1))];

    private Tensor[] Clip(double[][] gradients, float most)
    {
        Tensor[] tensors = [.. gradients.Select(gradient => Tensor(Shape.Vector(gradient.Length), gradient))];
        using var op = new GradientClipOp(Session, [.. tensors.Select(tensor => tensor.Shape)], most);
        op.Run(tensors);
        return tensors;
    }
}

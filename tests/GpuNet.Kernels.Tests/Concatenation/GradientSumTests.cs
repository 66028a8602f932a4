using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Concatenation;

public sealed class GradientSumTests(string device) : DeviceFixture(device)
{
    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(2, 3, 5, 7), new(3, 16, 4, 4)];

    [Test]
    public void The_result_is_the_sum([ValueSource(nameof(Shapes))] Shape shape, [Values(1, 2, 3, 4, 5, 9)] int terms)
    {
        double[][] dys = [.. Enumerable.Range(0, terms).Select(term => Values.Uniform(shape.Length, term))];
        var dx = Empty(shape);
        Keep(new GradientSumOp(Session, terms)).Run([.. dys.Select(dy => Tensor(shape, dy))], dx);
        Close.To(Sum(dys), dx.ToArray(), terms, "dx");
    }

    [Test]
    public void The_result_may_be_any_of_the_terms([Values(2, 4, 8)] int terms)
    {
        var shape = new Shape(1, 3, 5, 7);
        double[][] dys = [.. Enumerable.Range(0, terms).Select(term => Values.Uniform(shape.Length, term))];
        var op = Keep(new GradientSumOp(Session, terms));
        for (int target = 0; target < terms; target++)
        {
            Tensor[] tensors = [.. dys.Select(dy => Tensor(shape, dy))];
            op.Run(tensors, tensors[target]);
            Close.To(Sum(dys), tensors[target].ToArray(), terms, $"into term {target}");
        }
    }

    [Test]
    public void A_mask_lets_the_gradient_through_where_it_is_above_0([ValueSource(nameof(Shapes))] Shape shape, [Values(1, 4, 5)] int terms)
    {
        double[][] dys = [.. Enumerable.Range(0, terms).Select(term => Values.Uniform(shape.Length, term))];
        double[] mask = ReluMaskReference.Masks(shape.Length);
        Tensor[] tensors = [.. dys.Select(dy => Tensor(shape, dy))];
        Keep(new GradientSumOp(Session, terms)).Run(tensors, tensors[^1], Tensor(shape, mask));
        Close.To(ReluMaskReference.Apply(Sum(dys), mask), tensors[^1].ToArray(), terms, "dx");
    }

    [Test]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var op = Keep(new GradientSumOp(Session, 2));
        Tensor a = Empty(new(1, 2, 3, 4)), b = Empty(new(1, 2, 4, 3));
        Assert.That(() => op.Run([a, b], a), Throws.TypeOf<ShapeException>().With.Message.Contains("dys[1]"));
        Assert.That(() => op.Run([a, a], a, b), Throws.TypeOf<ShapeException>().With.Message.Contains("mask"));
        Assert.That(() => op.Run([a], a), Throws.TypeOf<ShapeException>().With.Message.Contains("1 tensors"));
        Assert.That(() => new GradientSumOp(Session, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 terms"));
    }

    [Test]
    public void A_launch_allocates_no_managed_memory([Values(2, 9)] int terms)
    {
        if (!Session.UsesTiles)
            Assert.Ignore("ILGPU's own launches allocate.");
        var op = Keep(new GradientSumOp(Session, terms));
        Tensor[] dys = [.. Enumerable.Range(0, terms).Select(term => Tensor(Shape.Vector(5), [1, 2, 3, 4, 5]))];
        var dx = Empty(Shape.Vector(5));
        // The first launches make room for their arguments; a queue that fills up runs, which allocates.
        Launch();
        Session.Synchronize();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Launch();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Launch()
        {
            for (int i = 0; i < 20; i++)
                op.Run(dys, dx);
        }
    }

    private static double[] Sum(double[][] terms) =>
        [.. Enumerable.Range(0, terms[0].Length).Select(i => terms.Sum(term => term[i]))];
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class BiasGradientTests(string device) : DeviceFixture(device)
{
    // Whole planes of quads, odd planes, planes of one pixel; one channel; sums of one part and of several.
    private static readonly Shape[] Shapes =
        [new(1, 1, 1, 1), new(1, 3, 1, 2), new(5, 2, 2, 2), new(19, 1, 7, 7), new(3, 5, 13, 13), new(100, 3, 8, 4), new(7, 37, 1, 1), new(1000, 1, 1, 1), new(300, 10, 1, 1)];

    [Test]
    public void It_sums_over_batch_and_pixels([ValueSource(nameof(Shapes))] Shape shape, [Values(0, 4, 5)] int shift)
    {
        if (Session.UsesTiles)
            Assert.Ignore("The CPU's products sum the bias gradient.");
        double[] dy = Values.Uniform(shape.Length, 1);
        var gradient = Keep(new BiasGradient(Session, shape, shape.C));
        Tensor db = Empty(Shape.Vector(shape.C)), again = Empty(Shape.Vector(shape.C)), workspace = Empty(Shape.Vector((int)gradient.WorkspaceLength));
        // A window that starts between quads is summed value by value.
        var window = Tensor(Shape.Vector((int)shape.Length + shift), [.. Enumerable.Repeat(double.NaN, shift), .. dy]).Slice(shift, shape);
        gradient.Run(window.View, db, workspace);
        gradient.Run(window.View, again, workspace);
        Close.To(ConvolutionReference.BackwardBias(shape, dy), db.ToArray(), (long)shape.N * shape.PlaneSize, "db");
        Assert.That(again.ToArray(), Is.EqualTo(db.ToArray()), "the same bits again");
    }

    [Test]
    public void It_sums_a_window_of_the_channels([Values(1, 4, 9)] int plane)
    {
        if (Session.UsesTiles)
            Assert.Ignore("The CPU's products sum the bias gradient.");
        Shape whole = new(40, 7, plane, 1), part = new(40, 3, plane, 1);
        double[] dy = Values.Uniform(whole.Length, 1);
        var gradient = Keep(new BiasGradient(Session, part, whole.C));
        var db = Empty(Shape.Vector(3));
        gradient.Run(Tensor(whole, dy).View.SubView(2 * plane), db, Empty(Shape.Vector((int)gradient.WorkspaceLength)));
        Close.To(ConvolutionReference.BackwardBias(whole, dy)[2..5], db.ToArray(), part.N * plane, "db");
    }

    [TestCase(32, 1024, 100, 108)]
    [TestCase(1, 49, 7, 2)]
    [TestCase(256, 169, 256, 20)]
    [TestCase(3, 50176, 64, 132)]
    public void A_plan_keeps_to_the_limits_and_leaves_no_image_out(int channels, int plane, int batch, int multiprocessors)
    {
        foreach (var (group, warp) in new[] { (1024, 32), (256, 8), (64, 64), (16, 16), (1, 1) })
        {
            var limits = new DeviceLimits(group, 16 * 1024, warp, multiprocessors);
            foreach (var plan in new[] { BiasGradientPlan.OfPlanes(limits, channels, plane, batch), BiasGradientPlan.OfRows(limits, channels, batch, mayBeSplit: true) })
            {
                Assert.That(plan.Lanes * plan.Rows, Is.InRange(1, Math.Min(group, LaunchPlan.UsualGroup)));
                Assert.That(int.PopCount(plan.Lanes) + int.PopCount(plan.Rows), Is.EqualTo(2), "powers of two");
                Assert.That(plan.Parts * plan.Images, Is.GreaterThanOrEqualTo(batch));
                Assert.That((plan.Parts - 1) * plan.Images, Is.LessThan(batch), "no part is empty");
                Assert.That((long)plan.Parts * plan.Groups, Is.LessThanOrEqualTo(multiprocessors * LaunchPlan.GroupsPerMultiprocessor + plan.Groups));
            }
        }
    }

    [Test]
    public void Few_channels_of_a_large_batch_fill_a_large_device()
    {
        var plan = BiasGradientPlan.OfPlanes(new(1024, 48 * 1024, 32, 108), channels: 32, plane: 1024, batch: 100);
        Assert.That(plan.Parts * plan.Groups, Is.GreaterThan(108));
    }
}

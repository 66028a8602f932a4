using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Timing;

namespace GpuNet.Training.Tests.Timing;

public sealed class StepTimerTests(string device) : DeviceFixture(device)
{
    private const int Batch = 4;

    [Test]
    public void Every_pass_is_timed_with_its_work()
    {
        using var timer = new StepTimer(Session, Tiny.Model(Batch), new() { Fuse = false });
        var times = timer.Run(3);
        var passes = times.Passes.ToDictionary(pass => (pass.Layer, pass.Pass));
        // 64 inputs, 9 hidden, 6 classes; a product and an addition for each weight and image.
        const double first = 2.0 * Batch * 64 * 9, second = 2.0 * Batch * 9 * 6;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passes.Keys, Is.EquivalentTo(new[] { ("ip1", "forward"), ("ip1", "backward"), ("relu1", "forward"), ("relu1", "backward"), ("ip2", "forward"), ("ip2", "backward"), ("loss", "forward"), ("loss", "backward") }));
            Assert.That(passes[("ip1", "forward")].Operations, Is.EqualTo(first));
            Assert.That(passes[("ip1", "backward")].Operations, Is.EqualTo(first), "the network's input needs no gradient");
            Assert.That(passes[("ip2", "forward")].Operations, Is.EqualTo(second));
            Assert.That(passes[("ip2", "backward")].Operations, Is.EqualTo(2 * second));
            Assert.That(passes[("relu1", "forward")].Operations, Is.Zero);
            // x, weights, bias, y.
            Assert.That(passes[("ip1", "forward")].Bytes, Is.EqualTo(4.0 * (Batch * 64 + 64 * 9 + 9 + Batch * 9)));
            // dy, x; dw, db.
            Assert.That(passes[("ip1", "backward")].Bytes, Is.EqualTo(4.0 * (Batch * 9 + Batch * 64 + 64 * 9 + 9)));
            // dy, x, weights; dx, dw, db.
            Assert.That(passes[("ip2", "backward")].Bytes, Is.EqualTo(4.0 * (Batch * 6 + Batch * 9 + 9 * 6 + Batch * 9 + 9 * 6 + 6)));
            // dy, y; dx.
            Assert.That(passes[("relu1", "backward")].Bytes, Is.EqualTo(4.0 * 3 * Batch * 9));
            Assert.That(times.UpdateBytes, Is.EqualTo(4.0 * 5 * (64 * 9 + 9 + 9 * 6 + 6)));
            Assert.That(times.Passes.Select(pass => pass.Milliseconds).Append(times.UpdateMilliseconds), Is.All.GreaterThanOrEqualTo(0));
            Assert.That(times.StepMilliseconds, Is.GreaterThan(0));
            Assert.That(times.Peak is not null && times.Copy is not null, Is.EqualTo(DevicePeaks.CanMeasure(Session)));
        }
    }

    [Test]
    public void A_branch_that_writes_into_a_concatenation_is_counted_for_its_own_channels()
    {
        using var fused = new StepTimer(Session, Inception());
        using var plain = new StepTimer(Session, Inception(), new() { Fuse = false });
        var passes = fused.Run(1).Passes.ToDictionary(pass => (pass.Layer, pass.Pass));
        var expected = plain.Run(1).Passes.ToDictionary(pass => (pass.Layer, pass.Pass));
        Assert.That(passes.Keys, Is.EquivalentTo(expected.Keys.Where(key => key.Layer is not ("relu1" or "relu2" or "concat"))), "passes that others do");
        using (Assert.EnterMultipleScope())
        {
            foreach (var (key, pass) in passes)
                Assert.That((pass.Output, pass.Operations, pass.Bytes), Is.EqualTo((expected[key].Output, expected[key].Operations, expected[key].Bytes)), $"{key}");
            // 8×8 pixels of 3 channels, 3 filters of 1×1×1.
            Assert.That(passes[("conv1", "forward")].Output, Is.EqualTo(new Shape(Batch, 3, 8, 8)));
            Assert.That(passes[("conv1", "forward")].Operations, Is.EqualTo(2.0 * Batch * 64 * 3));
            Assert.That(passes[("conv1", "forward")].Bytes, Is.EqualTo(4.0 * (Batch * 64 + 3 + 3 + Batch * 64 * 3)));
            // dy, x; dw, db.
            Assert.That(passes[("conv1", "backward")].Bytes, Is.EqualTo(4.0 * (Batch * 64 * 3 + Batch * 64 + 3 + 3)));
        }
    }

    [Test]
    public void A_mask_is_read_and_a_split_moves_nothing_forward()
    {
        var net = new NetworkBuilder(Tiny.Image.WithBatch(Batch), Tiny.Classes);
        var pool = net.MaxPooling("pool", net.Relu("relu1", net.Convolution("conv", net.Input, outputs: 3, filter: 1)), filter: 2, stride: 2);
        var both = net.Relu("relu2", net.Concatenation("concat", net.InnerProduct("ip1", pool, 5), net.InnerProduct("ip2", pool, 7)));
        net.SoftmaxLoss("loss", net.InnerProduct("ip3", net.Dropout("drop", both, 0.5f), Tiny.Classes));
        using var timer = new StepTimer(Session, net);
        var passes = timer.Run(1).Passes.ToDictionary(pass => (pass.Layer, pass.Pass));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passes.Keys, Has.None.EqualTo(("relu1", "backward")).And.None.EqualTo(("relu2", "backward")), "masked by their readers");
            // dy, positions, x; dx. Images are of 8×8 pixels.
            Assert.That(passes[("pool", "backward")].Bytes, Is.EqualTo(4.0 * Batch * 3 * (16 + 16 + 64 + 64)));
            // dy, y; dx.
            Assert.That(passes[("drop", "backward")].Bytes, Is.EqualTo(4.0 * Batch * 12 * 3));
            Assert.That(passes[("pool split", "forward")].Bytes, Is.Zero);
            // Two gradients; their sum.
            Assert.That(passes[("pool split", "backward")].Bytes, Is.EqualTo(4.0 * Batch * 3 * 16 * 3));
        }
    }

    [Test]
    public void Timers_do_not_change_the_training()
    {
        using var plain = new TrainingStep(Session, Tiny.Model(Batch));
        using var timed = new StepTimer(Session, Tiny.Model(Batch));
        timed.Run(2);
        // 3 to warm up; each iteration one with timers and one without, and on the processor one more after a copy.
        for (int i = 0; i < 3 + (DevicePeaks.CanMeasure(Session) ? 6 : 4); i++)
            plain.Run();
        foreach (var (a, b) in plain.Network.Parameters.Zip(timed.Network.Parameters))
            Assert.That(b.Value.ToArray(), Is.EqualTo(a.Value.ToArray()), a.Name);
    }

    [Test]
    public void No_iterations_are_refused()
    {
        using var timer = new StepTimer(Session, Tiny.Model(Batch));
        Assert.That(() => timer.Run(0), Throws.TypeOf<TrainingException>().With.Message.StartsWith("iterations is 0"));
    }

    [Test]
    public void It_can_be_cancelled()
    {
        using var timer = new StepTimer(Session, Tiny.Model(Batch));
        Assert.That(() => timer.Run(1000, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    // Two rectified branches, concatenated, before a layer that can mask their gradients.
    private static NetworkBuilder Inception()
    {
        var net = new NetworkBuilder(Tiny.Image.WithBatch(Batch), Tiny.Classes);
        var a = net.Relu("relu1", net.Convolution("conv1", net.Input, outputs: 3, filter: 1));
        var b = net.Relu("relu2", net.Convolution("conv2", net.Input, outputs: 5, filter: 3, padding: 1));
        net.SoftmaxLoss("loss", net.InnerProduct("ip", net.Concatenation("concat", a, b), Tiny.Classes));
        return net;
    }
}

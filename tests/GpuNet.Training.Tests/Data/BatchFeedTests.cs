using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

/// <summary>Every way to the device gives the bits of pixels minus mean, computed one by one on the host.</summary>
public sealed class BatchFeedTests(string device) : DeviceFixture(device)
{
    private const int Count = 13;
    private const int Batch = 5;

    private static readonly Shape Image = new(1, 3, 6, 7);

    [Test]
    public void Training_batches_have_the_same_bits_however_they_are_fed([Values(FeedMode.Resident, FeedMode.Streamed)] FeedMode mode, [Values] bool augmented)
    {
        Size2D window = augmented ? new(4, 5) : new(6, 7);
        BatchPlan Plan() => new(Sets.Of(Image, Count), new BatchOrder(Count, Batch, seed: 3), window, augmented, seed: 3);
        // Over the epoch's end; with and without being prepared, and out of turn.
        AssertBatches(Plan, mode, [0, 1, 2, 3, 4, 9, 2, 3]);
    }

    [Test]
    public void Evaluation_batches_have_the_same_bits_however_they_are_fed([Values(FeedMode.Resident, FeedMode.Streamed)] FeedMode mode, [Values] bool cropped) =>
        AssertBatches(() => BatchPlan.ForEvaluation(Sets.Of(Image, Count), Batch, cropped ? new Size2D(4, 5) : null), mode, [0, 1, 2, 0]);

    [Test]
    public void Loading_waits_for_no_launch_and_keeps_no_memory([Values(FeedMode.Resident, FeedMode.Streamed)] FeedMode mode)
    {
        var plan = new BatchPlan(Sets.Of(Image, Count), new BatchOrder(Count, Batch, seed: 3));
        using var network = Compile(plan.Geometry.Window);
        using var store = ImageStore.Open(Session, mode, plan.Set);
        using var feed = new BatchFeed(network, plan, MeanImage.Of((ImageArray)plan.Set), store);
        Step(feed, 0);
        long waits = Session.Waits, held = Session.HeldBytes, allocated = Session.AllocatedBytes;
        for (int iteration = 1; iteration < 20; iteration++)
            Step(feed, iteration);
        Assert.That((Session.Waits, Session.HeldBytes, Session.AllocatedBytes), Is.EqualTo((waits, held, allocated)));
    }

    [Test]
    public void A_mean_of_another_set_is_refused()
    {
        var plan = BatchPlan.ForEvaluation(Sets.Of(Image, Count), Batch);
        using var network = Compile(plan.Geometry.Window);
        using var store = ImageStore.Open(Session, FeedMode.Streamed, plan.Set);
        long held = Session.HeldBytes;
        Assert.That(() => new BatchFeed(network, plan, new float[5], store), Throws.TypeOf<DataException>().With.Message.Contains("5 values").And.Message.Contains("126"));
        Assert.That(Session.HeldBytes, Is.EqualTo(held));
    }

    private static void Step(BatchFeed feed, long iteration)
    {
        feed.Load(iteration);
        feed.Prepare(iteration + 1);
    }

    private Network Compile(Size2D window)
    {
        var builder = new NetworkBuilder(new(Batch, Image.C, window.Height, window.Width), 4);
        builder.SoftmaxLoss("loss", builder.InnerProduct("ip", builder.Input, 4));
        return builder.Compile(Session, 1);
    }

    private void AssertBatches(Func<BatchPlan> makePlan, FeedMode mode, long[] iterations)
    {
        BatchPlan plan = makePlan(), reference = makePlan();
        float[] mean = MeanImage.Of((ImageArray)plan.Set);
        using var network = Compile(plan.Geometry.Window);
        using var store = ImageStore.Open(Session, mode, plan.Set);
        Assert.That(store.Mode, Is.EqualTo(mode));
        using var feed = new BatchFeed(network, plan, mean, store);
        for (int i = 0; i < iterations.Length; i++)
        {
            feed.Load(iterations[i]);
            if (i + 1 < iterations.Length && i % 3 != 2)
                feed.Prepare(iterations[i] + 1 < plan.BatchesInPass ? iterations[i] + 1 : 0);
            var (x, labels) = Expected(reference, mean, iterations[i]);
            Assert.That(network.Input.ToArray(), Is.EqualTo(x));
            Assert.That(network.Labels.ToArray(), Is.EqualTo(labels));
        }
    }

    private static (float[] X, float[] Labels) Expected(BatchPlan plan, float[] mean, long iteration)
    {
        var g = plan.Geometry;
        var placements = new ImagePlacement[g.Batch];
        plan.Place(iteration, placements);
        var x = from place in placements
                from c in Enumerable.Range(0, g.Image.C)
                from h in Enumerable.Range(place.Top, g.Window.Height)
                from w in Columns(place)
                let pixel = (c * g.Image.H + h) * g.Image.W + w
                select place.Index < 0 ? 0f : plan.Set.Image(place.Index)[pixel] - mean[pixel];
        return ([.. x], [.. placements.Select(place => place.Index < 0 ? -1f : plan.Set.Label(place.Index))]);

        IEnumerable<int> Columns(ImagePlacement place)
        {
            var columns = Enumerable.Range(place.Left, g.Window.Width);
            return place.Mirrored != 0 ? columns.Reverse() : columns;
        }
    }
}

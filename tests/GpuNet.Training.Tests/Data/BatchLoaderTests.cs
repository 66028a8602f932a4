using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class BatchLoaderTests
{
    // 3·5·7 = 105 pixels: whole vectors of every width and a scalar tail.
    private static readonly Shape Image = new(1, 3, 5, 7);

    private static ImageSet Set(int count)
    {
        var pixels = new byte[count * Image.ImageSize];
        new Random(1).NextBytes(pixels);
        return new ImageSet("set", Image, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))], ["a", "b", "c", "d"]);
    }

    private static float[] Expected(ImageSet set, float[] mean, int index) => [.. mean.Select((m, p) => set.Image(index)[p] - m)];

    [Test]
    public void A_training_batch_is_pixels_minus_mean_in_the_order_given_and_runs_on_over_the_epochs_end()
    {
        ImageSet set = Set(5);
        float[] mean = MeanImage.Of(set);
        var order = new BatchOrder(5, 3, seed: 9);
        var loader = new BatchLoader(set, mean, order);
        var pixels = new float[3 * Image.ImageSize];
        var labels = new float[3];
        for (int iteration = 0; iteration < 5; iteration++)
        {
            loader.Fill(iteration, pixels, labels);
            int[] images = [.. Enumerable.Range(0, 3).Select(n => order.IndexAt(iteration * 3 + n))];
            Assert.That(pixels, Is.EqualTo(images.SelectMany(i => Expected(set, mean, i))));
            Assert.That(labels, Is.EqualTo(images.Select(i => (float)set.Label(i))));
        }
    }

    [Test]
    public void Evaluation_goes_through_the_set_once_and_pads_the_last_batch_with_label_minus_one()
    {
        ImageSet set = Set(5);
        float[] mean = MeanImage.Of(set);
        var loader = BatchLoader.ForEvaluation(set, mean, batch: 3);
        var pixels = new float[3 * Image.ImageSize];
        var labels = new float[3];
        Assert.That(loader.BatchesInPass, Is.EqualTo(2));
        loader.Fill(1, pixels, labels);
        Assert.That(labels, Is.EqualTo(new float[] { 3, 0, -1 }));
        Assert.That(pixels, Is.EqualTo(Expected(set, mean, 3).Concat(Expected(set, mean, 4)).Concat(new float[Image.ImageSize])));
        Assert.That(() => loader.Fill(2, pixels, labels), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_evaluation_batch_may_be_larger_than_the_set()
    {
        var loader = BatchLoader.ForEvaluation(Set(2), new float[Image.ImageSize], batch: 4);
        var labels = new float[4];
        loader.Fill(0, new float[4 * Image.ImageSize], labels);
        Assert.That(labels, Is.EqualTo(new float[] { 0, 1, -1, -1 }));
        Assert.That(loader.BatchesInPass, Is.EqualTo(1));
    }

    [Test]
    public void Filling_allocates_nothing()
    {
        ImageSet set = Set(20);
        var loader = new BatchLoader(set, MeanImage.Of(set), new BatchOrder(20, 10, seed: 1));
        var pixels = new float[10 * Image.ImageSize];
        var labels = new float[10];
        loader.Fill(0, pixels, labels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int iteration = 0; iteration < 20; iteration++)
            loader.Fill(iteration, pixels, labels);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_mean_or_an_order_of_another_set_is_refused()
    {
        Assert.That(() => BatchLoader.ForEvaluation(Set(2), new float[5], 1), Throws.TypeOf<DataException>().With.Message.Contains("5 values").And.Message.Contains("105"));
        Assert.That(() => new BatchLoader(Set(2), new float[Image.ImageSize], new BatchOrder(3, 1, 1)), Throws.TypeOf<DataException>().With.Message.Contains("3 images"));
        Assert.That(() => BatchLoader.ForEvaluation(Set(2), new float[Image.ImageSize], 0), Throws.TypeOf<DataException>().With.Message.Contains("batch size 0"));
    }

    [Test]
    public void Buffers_of_the_wrong_size_are_refused()
    {
        var loader = BatchLoader.ForEvaluation(Set(2), new float[Image.ImageSize], 2);
        Assert.That(() => loader.Fill(0, new float[3], new float[2]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => loader.Fill(0, new float[2 * Image.ImageSize], new float[1]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class ImageSetTests
{
    private static readonly Shape Image = new(1, 1, 1, 2);
    private static readonly string[] Classes = ["a", "b"];

    [Test]
    public void An_image_and_its_label_have_one_index()
    {
        var set = new ImageArray("set", Image, [1, 2, 3, 4, 5, 6], [0, 1, 0], Classes);
        Assert.That(set.Image(1).ToArray(), Is.EqualTo(new byte[] { 3, 4 }));
        Assert.That((set.Label(1), set.Count, set.Classes), Is.EqualTo((1, 3, 2)));
        Assert.That(() => set.Image(3).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => set.Image(-1).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_label_without_a_class_is_refused() =>
        Assert.That(() => new ImageArray("set", Image, [1, 2, 3, 4], [0, 2], Classes),
            Throws.TypeOf<DataException>().With.Message.Contains("image 1 has label 2").And.Message.Contains("2 classes"));

    [Test]
    public void Pixels_that_do_not_fit_the_labels_are_refused() =>
        Assert.That(() => new ImageArray("set", Image, [1, 2, 3], [0, 1], Classes), Throws.TypeOf<DataException>().With.Message.Contains("3 pixels for 2 labels"));

    [Test]
    public void A_set_without_images_is_refused() =>
        Assert.That(() => new ImageArray("set", Image, [], [], Classes), Throws.TypeOf<DataException>().With.Message.Contains("no images"));

    [Test]
    public void A_batch_is_no_image_shape() =>
        Assert.That(() => new ImageArray("set", new(2, 1, 1, 1), [1, 2], [0], Classes), Throws.TypeOf<DataException>().With.Message.Contains("2×1×1×1"));

    [Test]
    public void Train_and_test_images_must_have_one_shape()
    {
        var train = new ImageArray("train", Image, [1, 2], [0], Classes);
        var test = new ImageArray("test", new(1, 1, 2, 2), [1, 2, 3, 4], [0], Classes);
        Assert.That(() => new ImageDataset("set", train, test), Throws.TypeOf<DataException>().With.Message.Contains("1×1×1×2").And.Message.Contains("1×1×2×2"));
    }

    [Test]
    public void Train_and_test_labels_must_mean_the_same()
    {
        var train = new ImageArray("train", Image, [1, 2], [0], Classes);
        var test = new ImageArray("test", Image, [1, 2], [0], ["b", "a"]);
        Assert.That(() => new ImageDataset("set", train, test), Throws.TypeOf<DataException>().With.Message.Contains("(a, b)").And.Message.Contains("(b, a)"));
    }

    [Test]
    public void The_mean_image_is_the_mean_at_each_place() =>
        Assert.That(MeanImage.Of(new ImageArray("set", Image, [0, 255, 1, 255, 1, 254], [0, 1, 0], Classes)), Is.EqualTo(new[] { (float)(2.0 / 3), (float)(764.0 / 3) }));
}

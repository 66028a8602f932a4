using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Tests.Data;

public sealed class PixelMeanTests
{
    private static readonly ImageArray Set = Sets.Of(new Shape(1, 3, 2, 2), 4);

    [TestCase("none")]
    [TestCase("image")]
    [TestCase("104,117,123")]
    [TestCase("-1.5,0.25")]
    public void A_text_is_read_as_it_is_written(string text) => Assert.That(PixelMean.Parse(text)!.ToString(), Is.EqualTo(text));

    [TestCase("")]
    [TestCase("mean")]
    [TestCase("1,,2")]
    [TestCase("NaN")]
    [TestCase("1,Infinity,3")]
    public void Another_text_is_none(string text) => Assert.That(PixelMean.Parse(text), Is.Null);

    [Test]
    public void A_mean_has_the_images_shape()
    {
        Size2D all = new(2, 2);
        Assert.That(PixelMean.None.Of(Set, all), Is.EqualTo(new float[12]));
        Assert.That(PixelMean.Image.Of(Set, all), Is.EqualTo(MeanImage.Of(Set)));
        Assert.That(PixelMean.OfChannels(1, 2, 3).Of(Set, new(1, 1)), Is.EqualTo(new float[] { 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3 }));
        Assert.That(() => PixelMean.OfChannels(1, 2).Of(Set, all), Throws.TypeOf<TrainingException>().With.Message.Contains("2 channels").And.Message.Contains("--mean"));
        Assert.That(() => PixelMean.OfChannels(1, float.NaN), Throws.TypeOf<TrainingException>());
    }

    [TestCase(ChannelOrder.Bgr, "104,117,123")]
    [TestCase(ChannelOrder.Rgb, "123,117,104")]
    [TestCase(ChannelOrder.Grey, "117")]
    public void ImageNets_mean_is_in_the_order_of_the_channels(ChannelOrder channels, string values) => Assert.That(PixelMean.ImageNet(channels).ToString(), Is.EqualTo(values));

    [Test]
    public void The_middle_of_a_mean_image_is_where_evaluation_looks()
    {
        var mean = new ImageMean(new Shape(1, 2, 4, 5), [.. Enumerable.Range(0, 40).Select(value => (float)value)]);
        Assert.That(MeanImage.MiddleOf(mean, new(2, 3)), Is.EqualTo(new float[] { 6, 7, 8, 11, 12, 13, 26, 27, 28, 31, 32, 33 }));
        Assert.That(MeanImage.MiddleOf(mean, new(4, 5)), Is.EqualTo(mean.Values));
        Assert.That(() => MeanImage.MiddleOf(mean, new(5, 5)), Throws.TypeOf<DataException>().With.Message.Contains("1×2×4×5").And.Message.Contains("5×5"));
    }
}

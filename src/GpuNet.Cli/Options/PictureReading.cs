using System.CommandLine;
using GpuNet.Cli.Commands;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary>How pictures are read: <c>--resize</c>, <c>--channels</c> and <c>--mean</c>.</summary>
internal static class PictureReading
{
    private static readonly (string Word, ChannelOrder Value)[] Words = [("bgr", ChannelOrder.Bgr), ("rgb", ChannelOrder.Rgb), ("grey", ChannelOrder.Grey)];

    /// <summary>The word for an order of channels.</summary>
    public static string TextOf(ChannelOrder channels) => Words.First(word => word.Value == channels).Word;

    /// <summary>The order that a word means; null for another word.</summary>
    public static ChannelOrder? ChannelsOf(string text) => Words.Where(word => word.Word == text).Select(word => (ChannelOrder?)word.Value).FirstOrDefault();

    /// <summary>The channels of a set's images.</summary>
    public static ChannelOrder ChannelsIn(ImageSet set) => set is PictureSet pictures ? pictures.Options.Channels : set.Shape.C == 1 ? ChannelOrder.Grey : ChannelOrder.Rgb;

    /// <summary>What pictures are resized to cover: what <c>--resize</c> asks for, or else what weights were trained on, or else what goes with the model, which is the
    /// images that it was made for, unless its recipe cuts these from larger ones.</summary>
    public static Size2D SizeOf(int? asked, WeightsMetadata? trained, Model model)
    {
        if (asked is { } side)
            return new(side, side);
        if (trained?.Image is { } image)
            return new(image.H, image.W);
        return RecipeCatalog.ForModel(model.Name).Training.Crop is null ? new(model.Image.H, model.Image.W) : new PictureOptions().Size;
    }

    /// <summary><c>--channels</c>.</summary>
    public static Option<ChannelOrder?> ChannelsOption(string help) => OptionFactory.Choice("--channels", help, Words);

    /// <summary><c>--mean</c>; <paramref name="defaultText"/> says what holds without it.</summary>
    public static Option<string?> MeanOption(string defaultText)
    {
        var option = OptionFactory.Text("--mean", "MEAN", $"What is subtracted from each pixel, of 0 to 255: image (the mean image of the training set), pixel (ImageNet's mean blue, green and red: 104,117,123), a number for each channel with commas between, or none [default: {defaultText}]");
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && MeanOf(token.Value, ChannelOrder.Bgr) is null)
                result.AddError($"--mean is '{token.Value}'; it must be image, pixel, none, or numbers with commas between, such as 104,117,123.");
        });
        return option;
    }

    /// <summary>What a text of <c>--mean</c> means for images of such channels; null for another text.</summary>
    public static PixelMean? MeanOf(string text, ChannelOrder channels) => text == "pixel" ? PixelMean.ImageNet(channels) : PixelMean.Parse(text);
}

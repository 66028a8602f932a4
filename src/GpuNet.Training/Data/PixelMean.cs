using System.Globalization;
using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>What is subtracted from the pixels of each image, 0–255: nothing, the training set's mean image, or one value a channel.</summary>
public sealed class PixelMean
{
    private readonly float[]? channels;
    private readonly string text;

    private PixelMean(string text, float[]? channels) => (this.text, this.channels) = (text, channels);

    /// <summary>Nothing.</summary>
    public static PixelMean None { get; } = new("none", null);

    /// <summary>The mean image of the training set, as <see cref="MeanImage"/> computes it.</summary>
    public static PixelMean Image { get; } = new("image", null);

    /// <summary>The values of the channels, in the images' order; null if it is not one value for each channel.</summary>
    public IReadOnlyList<float>? Channels => channels;

    /// <summary>ImageNet's mean blue, green and red, 104, 117 and 123, as in Caffe's GoogLeNet.</summary>
    /// <param name="channels">The channels of the images.</param>
    /// <returns>The mean; of grey pictures their luminance, 117.</returns>
    public static PixelMean ImageNet(ChannelOrder channels) => channels switch
    {
        ChannelOrder.Bgr => OfChannels(104, 117, 123),
        ChannelOrder.Rgb => OfChannels(123, 117, 104),
        _ => OfChannels(117),
    };

    /// <summary>One value for all pixels of a channel.</summary>
    /// <param name="values">The values, in the order of the images' channels.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="TrainingException">There are none, or one is not finite.</exception>
    public static PixelMean OfChannels(params float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        string text = string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        if (values.Length == 0 || !values.All(float.IsFinite))
            throw new TrainingException($"the mean of the channels is '{text}'; it must be a finite number for each, such as 104,117,123.");
        return new(text, [.. values]);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text"><c>none</c>, <c>image</c>, or numbers with commas between them.</param>
    /// <returns>The mean, or null if the text is none of these.</returns>
    public static PixelMean? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == None.text)
            return None;
        if (text == Image.text)
            return Image;
        string[] parts = text.Split(',');
        var values = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !float.IsFinite(values[i]))
                return null;
        }

        return OfChannels(values);
    }

    /// <summary>The values for a set's images.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="window">Rows and columns that the network sees.</param>
    /// <returns>C·H·W values, CHW: of an image of the set if it is an <see cref="ImageArray"/>, of a window if it is of pictures.</returns>
    /// <exception cref="TrainingException">The set has another number of channels.</exception>
    /// <exception cref="DataException">Too many files are no pictures.</exception>
    public float[] Of(ImageSet train, Size2D window)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (this == Image)
            return MeanImage.Of(train, window);
        var shape = MeanImage.ShapeOf(train, window);
        var mean = new float[shape.ImageSize];
        if (channels is null)
            return mean;
        if (channels.Length != shape.C)
            throw new TrainingException($"{train.Name}: the mean is {text}, of {channels.Length} channels, but images have {shape.C}. Give one value for each channel, or none or image (--mean).");
        for (int c = 0; c < shape.C; c++)
            mean.AsSpan(c * shape.H * shape.W, shape.H * shape.W).Fill(channels[c]);
        return mean;
    }

    /// <summary>The text form.</summary>
    /// <returns><c>none</c>, <c>image</c>, or the channels' values with commas between them.</returns>
    public override string ToString() => text;
}

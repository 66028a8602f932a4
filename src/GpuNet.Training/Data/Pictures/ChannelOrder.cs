namespace GpuNet.Training.Data.Pictures;

/// <summary>Which colours a picture's channels are.</summary>
public enum ChannelOrder
{
    /// <summary>Blue, green, red: Caffe's, whose ImageNet networks were trained so.</summary>
    Bgr,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>One channel, the luminance: 0.299 red + 0.587 green + 0.114 blue.</summary>
    Grey,
}

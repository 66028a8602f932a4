namespace GpuNet.Training.Data.Pictures;

/// <summary>Which colour a picture's first channel is.</summary>
public enum ChannelOrder
{
    /// <summary>Blue, green, red: Caffe's, whose ImageNet networks were trained so.</summary>
    Bgr,

    /// <summary>Red, green, blue.</summary>
    Rgb,
}

namespace GpuNet.Kernels.Convolution;

/// <summary>A <see cref="ConvolutionGeometry"/> as kernels take it, with every product that a thread would repeat worked out once.</summary>
internal readonly struct ConvolutionSizes(ConvolutionGeometry g, int outputImage)
{
    public readonly int InputHeight = g.Input.H, InputWidth = g.Input.W, InputPlane = g.Input.PlaneSize, InputImage = g.Input.ImageSize;
    public readonly int OutputHeight = g.Output.H, OutputWidth = g.Output.W, OutputPlane = g.Output.PlaneSize, OutputImage = outputImage;
    public readonly int FilterWidth = g.Filter.Width, Taps = g.Filter.Height * g.Filter.Width;
    public readonly int StrideHeight = g.Stride.Height, StrideWidth = g.Stride.Width;
    public readonly int PaddingHeight = g.Padding.Height, PaddingWidth = g.Padding.Width;
    public readonly int DilationHeight = g.Dilation.Height, DilationWidth = g.Dilation.Width;
    public readonly int GroupInputChannels = g.GroupInputChannels, GroupOutputChannels = g.GroupOutputChannels;
    public readonly int FilterLength = g.GroupInputChannels * g.Filter.Height * g.Filter.Width;
}

namespace GpuNet.Kernels.Convolution;

/// <summary>Neighbouring channels of a wider tensor, such as the ones that a branch fills in a concatenation's output.</summary>
/// <param name="First">The first channel.</param>
/// <param name="Total">Channels of the wider tensor.</param>
public readonly record struct ChannelWindow(int First, int Total);

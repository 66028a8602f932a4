namespace GpuNet.Kernels.Convolution;

/// <summary>The sizes that a kernel needs to gather windows from a tensor.</summary>
/// <param name="Plane">Pixels of an image that have a window each.</param>
/// <param name="Image">Values from an image of the tensor that is gathered from to the next.</param>
/// <param name="Group">Values from its channels of one group to those of the next.</param>
/// <param name="Height">Rows of its planes.</param>
/// <param name="Width">Columns of its planes.</param>
internal readonly record struct WindowSizes(int Plane, int Image, int Group, int Height, int Width);

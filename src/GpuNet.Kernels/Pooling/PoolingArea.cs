namespace GpuNet.Kernels.Pooling;

/// <summary>Rows and columns of a plane, from the first to one past the last.</summary>
internal readonly record struct PoolingArea(int Top, int Left, int Bottom, int Right);

namespace GpuNet.Kernels.Pooling;

/// <summary>A window or a pixel, in a plane of the batch.</summary>
internal readonly record struct PoolingPlace(int Plane, int Row, int Column);

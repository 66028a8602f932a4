using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>What a thread has loaded ahead of an operand's next tile: one Quad or two, as the tile's size wants it.</summary>
internal struct GemmFetch
{
    public Quad First, Second;
}

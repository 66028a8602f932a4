namespace GpuNet.Kernels.Tensors;

/// <summary>
/// Four floats that a GPU loads and stores at once, where their address is a multiple of 16 bytes. ILGPU knows that only of a whole parameter:
/// a view is cast first and then indexed in fours.
/// </summary>
internal struct Float4(float x, float y, float z, float w)
{
    public float X = x, Y = y, Z = z, W = w;
}

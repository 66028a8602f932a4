namespace GpuNet.Kernels.Tensors;

/// <summary>
/// Four floats that stay in registers, and that a GPU loads and stores at once where their address is a multiple of 16 bytes. ILGPU knows that only of a
/// whole parameter: a view is cast first and then indexed in fours.
/// </summary>
internal struct Quad(float v0, float v1, float v2, float v3)
{
    public float V0 = v0, V1 = v1, V2 = v2, V3 = v3;

    /// <summary>Adds the products of a value and four.</summary>
    public void MultiplyAdd(float left, Quad right)
    {
        V0 = MathF.FusedMultiplyAdd(left, right.V0, V0);
        V1 = MathF.FusedMultiplyAdd(left, right.V1, V1);
        V2 = MathF.FusedMultiplyAdd(left, right.V2, V2);
        V3 = MathF.FusedMultiplyAdd(left, right.V3, V3);
    }
}

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Four floats that stay in registers and are loaded and stored at once.</summary>
internal struct Quad
{
    public float V0, V1, V2, V3;

    /// <summary>Adds the products of a value and four.</summary>
    public void MultiplyAdd(float left, Quad right)
    {
        V0 = MathF.FusedMultiplyAdd(left, right.V0, V0);
        V1 = MathF.FusedMultiplyAdd(left, right.V1, V1);
        V2 = MathF.FusedMultiplyAdd(left, right.V2, V2);
        V3 = MathF.FusedMultiplyAdd(left, right.V3, V3);
    }
}

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Four floats that stay in registers and are loaded from shared memory at once.</summary>
internal struct Quad
{
    public float V0, V1, V2, V3;
}

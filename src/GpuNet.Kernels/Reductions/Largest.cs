namespace GpuNet.Kernels.Reductions;

/// <summary>The larger of two; a NaN on the right is passed over, and one on the left stays.</summary>
internal readonly struct Largest : IReduction<float>
{
    public static float Of(float left, float right) => right > left ? right : left;
}

namespace GpuNet.Kernels.Reductions;

/// <summary>The larger of two; neither may be NaN.</summary>
internal readonly struct Largest : IReduction<float>
{
    public static float Of(float left, float right) => right > left ? right : left;
}

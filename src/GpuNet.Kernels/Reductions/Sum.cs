using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Reductions;

/// <summary>The sum of two, or of each of four.</summary>
internal readonly struct Sum : IReduction<float>, IReduction<int>, IReduction<Float4>
{
    public static float Of(float left, float right) => left + right;

    public static int Of(int left, int right) => left + right;

    public static Float4 Of(Float4 left, Float4 right) => new(left.X + right.X, left.Y + right.Y, left.Z + right.Z, left.W + right.W);
}

using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Reductions;

/// <summary>The sum of two, or of each of four.</summary>
internal readonly struct Sum : IReduction<float>, IReduction<int>, IReduction<Quad>
{
    public static float Of(float left, float right) => left + right;

    public static int Of(int left, int right) => left + right;

    public static Quad Of(Quad left, Quad right) => new(left.V0 + right.V0, left.V1 + right.V1, left.V2 + right.V2, left.V3 + right.V3);
}

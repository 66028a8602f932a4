using GpuNet.Kernels.Reductions;

namespace GpuNet.Kernels.Loss;

/// <summary>Sums over an item's classes: the exponentials, and the other classes that score no less than the true one.</summary>
internal struct SumAndRank : IReduction<SumAndRank>
{
    public float Sum, Rank;

    public static SumAndRank Of(SumAndRank left, SumAndRank right) => new() { Sum = left.Sum + right.Sum, Rank = left.Rank + right.Rank };
}

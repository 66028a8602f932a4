using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers;

/// <summary>What a loss counted over one batch, or the sum over several.</summary>
/// <param name="LossSum">Sum of the items' losses, in nats, without the layer's weight.</param>
/// <param name="Top1">Items whose class had the highest score.</param>
/// <param name="Top5">Items whose class was among the five highest scores.</param>
/// <param name="Count">Items counted: those with a label of at least 0.</param>
public readonly record struct LossTotals(double LossSum, long Top1, long Top5, long Count)
{
    /// <summary>Mean loss of an item, in nats; 0 if none was counted.</summary>
    public double Loss => LossSum / Math.Max(Count, 1);

    /// <summary>Share of the items whose class had the highest score, 0 to 1.</summary>
    public double Accuracy => (double)Top1 / Math.Max(Count, 1);

    /// <summary>Share of the items whose class was among the five highest scores, 0 to 1.</summary>
    public double Top5Accuracy => (double)Top5 / Math.Max(Count, 1);

    /// <summary>The shape of a loss's totals on the device.</summary>
    public static Shape Shape => SoftmaxLossOp.TotalsShape;

    /// <summary>The totals that a loss left on the device.</summary>
    /// <param name="values">Values of a tensor of <see cref="Shape"/>.</param>
    /// <returns>The totals of the batch.</returns>
    public static LossTotals Of(ReadOnlySpan<float> values) => new(values[0], (long)values[1], (long)values[2], (long)values[3]);

    /// <summary>The totals of both batches together.</summary>
    /// <param name="a">One batch.</param>
    /// <param name="b">The other.</param>
    /// <returns>The sums.</returns>
    public static LossTotals operator +(LossTotals a, LossTotals b) =>
        new(a.LossSum + b.LossSum, a.Top1 + b.Top1, a.Top5 + b.Top5, a.Count + b.Count);
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Reductions;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Loss;

/// <summary>
/// Softmax loss for any device, explicitly grouped. In <see cref="Forward"/> and <see cref="Gradient"/> each row (Y) of a group takes an item, and its
/// lanes (X) every Group.DimX-th class, so that neighbours read neighbouring scores. Every sum has an order that the plan of the launch fixes:
/// the lanes' own, then the tree's.
/// </summary>
internal static class SoftmaxLossKernels
{
    /// <summary>Totals: loss, top-1 hits, top-5 hits, counted items.</summary>
    public const int Totals = 4;

    /// <summary>FLT_MIN of C, the smallest normal float: the least probability that the logarithm sees.</summary>
    public const float LeastProbability = 1.17549435e-38f;

    /// <summary>A negative label: the item counts for nothing.</summary>
    public const int NotCounted = -1;

    /// <summary>A label that is no class: the loss becomes NaN.</summary>
    public const int NoClass = -2;

    /// <summary>The class that a label names, <see cref="NotCounted"/> or <see cref="NoClass"/>.</summary>
    public static int ClassOf(float label, int classes)
    {
        // Integers are compared, and floats for equality only: ILGPU's OpenCL backend drops the "or unordered" of other negated
        // comparisons, and a NaN would slip through.
        int index = (int)label;
        if (index >= 0 && index < classes && label == index)
            return index;
        return label < 0f ? NotCounted : NoClass;
    }

    /// <summary>The softmax, and each item's share of the totals as a <see cref="Quad"/>.</summary>
    public static void Forward(int items, int classes, ArrayView<float> scores, ArrayView<float> labels, ArrayView<float> probabilities, ArrayView<float> partials)
    {
        var maxima = SharedMemory.Allocate<float>(LaunchPlan.UsualGroup);
        var sums = SharedMemory.Allocate<SumAndRank>(LaunchPlan.UsualGroup);
        int lane = Group.IdxX, lanes = Group.DimX, thread = Group.IdxY * lanes + lane;
        // A row behind the last item repeats it, since all threads meet at the barriers, and stores nothing.
        int row = Grid.IdxX * Group.DimY + Group.IdxY, item = Math.Min(row, items - 1), start = item * classes;

        float largest = float.NegativeInfinity;
        for (int c = lane; c < classes; c += lanes)
            largest = Largest.Of(largest, scores[start + c]);
        largest = GroupTree.Reduce<float, Largest>(maxima, thread, lane, lanes, largest);

        int label = ClassOf(labels[item], classes);
        float trueScore = scores[start + Math.Max(label, 0)];
        var sum = default(SumAndRank);
        for (int c = lane; c < classes; c += lanes)
        {
            float score = scores[start + c];
            sum.Sum += MathF.Exp(score - largest);
            // Not "greater or equal": a NaN must count against the true class.
            if (c != label && !(score < trueScore))
                sum.Rank += 1f;
        }
        sum = GroupTree.Reduce<SumAndRank, SumAndRank>(sums, thread, lane, lanes, sum);
        if (row >= items)
            return;

        for (int c = lane; c < classes; c += lanes)
            probabilities[start + c] = MathF.Exp(scores[start + c] - largest) / sum.Sum;
        if (lane != 0)
            return;
        var partial = new Quad(0f, 0f, 0f, 1f);
        if (label >= 0)
        {
            float probability = MathF.Exp(trueScore - largest) / sum.Sum;
            partial.V0 = -MathF.Log(probability < LeastProbability ? LeastProbability : probability);
            // A NaN among the scores makes all probabilities NaN.
            float known = float.IsNaN(probability) ? 0f : 1f;
            partial.V1 = sum.Rank < 1f ? known : 0f;
            partial.V2 = sum.Rank < 5f ? known : 0f;
        }
        else if (label == NotCounted)
        {
            partial.V3 = 0f;
        }
        else
        {
            partial.V0 = float.NaN;
        }
        partials.Cast<Quad>()[item] = partial;
    }

    /// <summary>Sums the items' shares. One group.</summary>
    public static void SumTotals(int items, ArrayView<float> partials, ArrayView<float> totals)
    {
        var room = SharedMemory.Allocate<Quad>(LaunchPlan.UsualGroup);
        var sum = default(Quad);
        for (int item = Group.IdxX; item < items; item += Group.DimX)
            sum = Sum.Of(sum, partials.Cast<Quad>()[item]);
        sum = GroupTree.Reduce<Quad, Sum>(room, Group.IdxX, Group.IdxX, Group.DimX, sum);
        if (Group.IdxX != 0)
            return;
        totals[0] = sum.V0;
        totals[1] = sum.V1;
        totals[2] = sum.V2;
        totals[3] = sum.V3;
    }

    /// <summary>What a counted item's gradient is multiplied by: lossWeight / max(counted, 1). One group.</summary>
    public static void Scale(float lossWeight, ArrayView<float> labels, ArrayView<float> scale)
    {
        var room = SharedMemory.Allocate<int>(LaunchPlan.UsualGroup);
        int count = 0;
        for (int item = Group.IdxX; item < labels.IntLength; item += Group.DimX)
            count += labels[item] < 0f ? 0 : 1;
        count = GroupTree.Reduce<int, Sum>(room, Group.IdxX, Group.IdxX, Group.DimX, count);
        if (Group.IdxX == 0)
            scale[0] = lossWeight / Math.Max(count, 1);
    }

    public static void Gradient(
        int items, int classes, ArrayView<float> probabilities, ArrayView<float> labels, ArrayView<float> scale, ArrayView<float> dscores)
    {
        int item = Grid.IdxX * Group.DimY + Group.IdxY;
        if (item >= items)
            return;
        int start = item * classes;
        float label = labels[item], factor = scale[0];
        for (int c = Group.IdxX; c < classes; c += Group.DimX)
            dscores[start + c] = label < 0f ? 0f : (probabilities[start + c] - (c == label ? 1f : 0f)) * factor;
    }
}

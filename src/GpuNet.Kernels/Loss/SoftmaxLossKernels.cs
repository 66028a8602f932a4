using ILGPU;

namespace GpuNet.Kernels.Loss;

/// <summary>
/// Softmax loss for any device, without barriers or atomics. An item is shared by <see cref="Lanes"/> threads, thread i being lane
/// i mod Lanes of item i / Lanes, which take every Lanes-th class, so that neighbours read neighbouring scores. What the lanes find out
/// goes through memory from one launch to the next, and every sum has a fixed order.
/// </summary>
internal static class SoftmaxLossKernels
{
    /// <summary>Threads that share an item.</summary>
    public const int Lanes = 32;

    /// <summary>Threads that share a sum over the batch.</summary>
    public const int Slices = 64;

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

    public static void Maxima(Index1D i, int classes, ArrayView<float> scores, ArrayView<float> maxima)
    {
        int item = i.X / Lanes, lane = i.X % Lanes;
        float largest = float.NegativeInfinity;
        for (int c = lane; c < classes; c += Lanes)
        {
            float score = scores[item * classes + c];
            largest = score > largest ? score : largest;
        }

        maxima[i] = largest;
    }

    public static void Exponentials(
        Index1D i, int classes, ArrayView<float> scores, ArrayView<float> labels, ArrayView<float> maxima,
        ArrayView<float> exponentials, ArrayView<float> sums, ArrayView<float> ranks)
    {
        int item = i.X / Lanes, lane = i.X % Lanes;
        float largest = float.NegativeInfinity;
        for (int other = 0; other < Lanes; other++)
        {
            float candidate = maxima[item * Lanes + other];
            largest = candidate > largest ? candidate : largest;
        }

        int label = ClassOf(labels[item], classes);
        float trueScore = 0f, sum = 0f, rank = 0f;
        if (label >= 0)
            trueScore = scores[item * classes + label];
        for (int c = lane; c < classes; c += Lanes)
        {
            float score = scores[item * classes + c];
            float exponential = MathF.Exp(score - largest);
            exponentials[item * classes + c] = exponential;
            sum += exponential;
            // Not "greater or equal": a NaN must count against the true class.
            if (c != label && !(score < trueScore))
                rank += 1f;
        }

        sums[i] = sum;
        ranks[i] = rank;
    }

    public static void Probabilities(
        Index1D i, int items, int classes, ArrayView<float> labels, ArrayView<float> sums, ArrayView<float> ranks,
        ArrayView<float> probabilities, ArrayView<float> partials)
    {
        int item = i.X / Lanes, lane = i.X % Lanes;
        float sum = 0f, rank = 0f;
        for (int other = 0; other < Lanes; other++)
        {
            sum += sums[item * Lanes + other];
            rank += ranks[item * Lanes + other];
        }

        for (int c = lane; c < classes; c += Lanes)
            probabilities[item * classes + c] = probabilities[item * classes + c] / sum;

        int label = ClassOf(labels[item], classes);
        // The lane of the true class has just written its probability.
        if (lane != (label >= 0 ? label % Lanes : 0))
            return;
        float loss = label == NotCounted ? 0f : float.NaN, top1 = 0f, top5 = 0f;
        if (label >= 0)
        {
            float probability = probabilities[item * classes + label];
            loss = -MathF.Log(probability < LeastProbability ? LeastProbability : probability);
            // A NaN among the scores makes all probabilities NaN.
            float known = float.IsNaN(probability) ? 0f : 1f;
            top1 = rank < 1f ? known : 0f;
            top5 = rank < 5f ? known : 0f;
        }

        partials[item] = loss;
        partials[items + item] = top1;
        partials[2 * items + item] = top5;
        partials[3 * items + item] = label == NotCounted ? 0f : 1f;
    }

    /// <summary>Sums every <see cref="Slices"/>-th item; thread i is slice i mod Slices of total i / Slices.</summary>
    public static void SumSlices(Index1D i, int items, ArrayView<float> partials, ArrayView<float> slices)
    {
        int total = i.X / Slices;
        float sum = 0f;
        for (int item = i.X % Slices; item < items; item += Slices)
            sum += partials[total * items + item];
        slices[i] = sum;
    }

    /// <summary>Sums the slices of a total.</summary>
    public static void SumTotals(Index1D total, ArrayView<float> slices, ArrayView<float> totals)
    {
        float sum = 0f;
        for (int slice = 0; slice < Slices; slice++)
            sum += slices[total * Slices + slice];
        totals[total] = sum;
    }

    /// <summary>Counts the counted items among every <see cref="Slices"/>-th.</summary>
    public static void CountSlices(Index1D slice, ArrayView<float> labels, ArrayView<float> slices)
    {
        float count = 0f;
        for (int item = slice; item < labels.IntLength; item += Slices)
            count += labels[item] < 0f ? 0f : 1f;
        slices[slice] = count;
    }

    /// <summary>What a counted item's gradient is multiplied by: lossWeight / max(counted, 1). One thread.</summary>
    public static void Scale(Index1D i, float lossWeight, ArrayView<float> slices, ArrayView<float> scale)
    {
        float count = 0f;
        for (int slice = 0; slice < Slices; slice++)
            count += slices[slice];
        scale[i] = lossWeight / (count < 1f ? 1f : count);
    }

    /// <summary>One thread a score.</summary>
    public static void Gradient(Index1D i, int classes, ArrayView<float> probabilities, ArrayView<float> labels, ArrayView<float> scale, ArrayView<float> dscores)
    {
        int item = i.X / classes, c = i.X % classes;
        float label = labels[item];
        dscores[i] = label < 0f ? 0f : (probabilities[i] - (c == label ? 1f : 0f)) * scale[0];
    }
}

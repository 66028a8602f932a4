using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Loss;

/// <summary>
/// Softmax loss on the CPU in one launch: workers take whole items, and the last one to finish sums what all have found, in the items'
/// order, so the totals do not depend on who it is.
/// </summary>
internal readonly struct SoftmaxLossTile(
    int classes, ArrayView<float> scores, ArrayView<float> labels, ArrayView<float> probabilities, ArrayView<float> totals,
    ArrayView<float> partials, ArrayView<float> finished) : ITile
{
    private readonly int classes = classes;
    private readonly ArrayView<float> scores = scores, labels = labels, probabilities = probabilities, totals = totals, partials = partials, finished = finished;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int items = (int)labels.Length;
        var share = Share.Of(items, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
            Item<S, V>(item, items);
        // Its bits are a counter of workers, 0 between launches.
        ref int count = ref Unsafe.As<float, int>(ref finished[0]);
        if (Interlocked.Increment(ref count) < workers)
            return;
        count = 0;
        for (int total = 0; total < SoftmaxLossKernels.Totals; total++)
        {
            double sum = 0;
            for (int item = 0; item < items; item++)
                sum += partials[total * items + item];
            totals[total] = (float)sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Item<S, V>(int item, int items)
        where S : struct, ISimd<V>
        where V : struct
    {
        ref float s = ref scores[(long)item * classes], p = ref probabilities[(long)item * classes];
        int label = SoftmaxLossKernels.ClassOf(labels[item], classes);
        float trueScore = label >= 0 ? Unsafe.Add(ref s, label) : 0f;

        V largests = S.Broadcast(float.NegativeInfinity);
        int c = 0;
        for (; c <= classes - S.Width; c += S.Width)
            largests = S.Max(largests, S.Load(in s, c));
        float largest = S.Largest(largests);
        for (; c < classes; c++)
            largest = MathF.Max(largest, Unsafe.Add(ref s, c));

        V sums = S.Broadcast(0f), lower = S.Broadcast(0f);
        for (c = 0; c <= classes - S.Width; c += S.Width)
        {
            V score = S.Load(in s, c);
            V exponential = S.Exp(S.Subtract(score, S.Broadcast(largest)));
            S.Store(exponential, ref p, c);
            sums = S.Add(sums, exponential);
            lower = S.Add(lower, S.WhereGreater(S.Broadcast(trueScore), score, S.Broadcast(1f)));
        }

        float sum = S.Sum(sums), lowerScores = S.Sum(lower);
        for (; c < classes; c++)
        {
            float exponential = MathF.Exp(Unsafe.Add(ref s, c) - largest);
            Unsafe.Add(ref p, c) = exponential;
            sum += exponential;
            lowerScores += Unsafe.Add(ref s, c) < trueScore ? 1f : 0f;
        }

        for (c = 0; c <= classes - S.Width; c += S.Width)
            S.Store(S.Divide(S.Load(in p, c), S.Broadcast(sum)), ref p, c);
        for (; c < classes; c++)
            Unsafe.Add(ref p, c) /= sum;

        // Of the other classes, those not lower than the true one: a tie or a NaN counts against it.
        float rank = classes - 1 - lowerScores;
        float loss = label == SoftmaxLossKernels.NotCounted ? 0f : float.NaN;
        if (label >= 0)
            loss = -MathF.Log(MathF.Max(Unsafe.Add(ref p, label), SoftmaxLossKernels.LeastProbability));
        partials[item] = loss;
        bool known = label >= 0 && !float.IsNaN(loss);
        partials[items + item] = known && rank < 1 ? 1f : 0f;
        partials[2 * items + item] = known && rank < 5 ? 1f : 0f;
        partials[3 * items + item] = label == SoftmaxLossKernels.NotCounted ? 0f : 1f;
    }
}

/// <summary>The gradient of the scores on the CPU; every worker counts the labels for itself.</summary>
internal readonly struct SoftmaxLossBackwardTile(
    int classes, float lossWeight, ArrayView<float> probabilities, ArrayView<float> labels, ArrayView<float> dscores) : ITile
{
    private readonly int classes = classes;
    private readonly float lossWeight = lossWeight;
    private readonly ArrayView<float> probabilities = probabilities, labels = labels, dscores = dscores;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        int items = (int)labels.Length, counted = 0;
        ref float pl = ref labels[0];
        for (int item = 0; item < items; item++)
            counted += Unsafe.Add(ref pl, item) < 0 ? 0 : 1;
        float scale = lossWeight / Math.Max(counted, 1);

        var share = Share.Of(items, worker, workers);
        for (int item = share.Begin; item < share.End; item++)
        {
            ref float p = ref probabilities[(long)item * classes], ds = ref dscores[(long)item * classes];
            int label = SoftmaxLossKernels.ClassOf(Unsafe.Add(ref pl, item), classes);
            if (label == SoftmaxLossKernels.NotCounted)
            {
                Unsafe.InitBlockUnaligned(ref Unsafe.As<float, byte>(ref ds), 0, (uint)classes * sizeof(float));
                continue;
            }

            float trueProbability = label >= 0 ? Unsafe.Add(ref p, label) : 0f;
            int c = 0;
            for (; c <= classes - S.Width; c += S.Width)
                S.Store(S.Multiply(S.Load(in p, c), S.Broadcast(scale)), ref ds, c);
            for (; c < classes; c++)
                Unsafe.Add(ref ds, c) = Unsafe.Add(ref p, c) * scale;
            if (label >= 0)
                Unsafe.Add(ref ds, label) = (trueProbability - 1f) * scale;
        }
    }
}

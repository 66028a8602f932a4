using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>Updates for any device: one thread a quad of weights, or a weight (<see cref="QuadPlan"/>). Explicitly grouped.</summary>
internal static class UpdateKernels
{
    /// <summary>With a rule that keeps one value a weight.</summary>
    public static void Update<TRule>(ArrayView<float> w, ArrayView<float> state, ArrayView<float> dw, GradientTerm gradient, TRule rule, int quads)
        where TRule : struct, IUpdateRule
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            Quad weights = w.Cast<Quad>()[i], states = state.Cast<Quad>()[i], gradients = dw.Cast<Quad>()[i];
            weights.V0 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V0, weights.V0), ref states.V0);
            weights.V1 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V1, weights.V1), ref states.V1);
            weights.V2 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V2, weights.V2), ref states.V2);
            weights.V3 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V3, weights.V3), ref states.V3);
            state.Cast<Quad>()[i] = states;
            w.Cast<Quad>()[i] = weights;
        }
        else if (last < w.IntLength)
        {
            float weight = w[last], kept = state[last];
            w[last] = weight - rule.Step<Scalar, float>(gradient.Of<Scalar, float>(dw[last], weight), ref kept);
            state[last] = kept;
        }
    }

    /// <summary>With a rule that keeps two.</summary>
    public static void UpdatePair<TRule>(
        ArrayView<float> w, ArrayView<float> first, ArrayView<float> second, ArrayView<float> dw, GradientTerm gradient, TRule rule, int quads)
        where TRule : struct, IPairUpdateRule
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            Quad weights = w.Cast<Quad>()[i], firsts = first.Cast<Quad>()[i], seconds = second.Cast<Quad>()[i], gradients = dw.Cast<Quad>()[i];
            weights.V0 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V0, weights.V0), ref firsts.V0, ref seconds.V0);
            weights.V1 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V1, weights.V1), ref firsts.V1, ref seconds.V1);
            weights.V2 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V2, weights.V2), ref firsts.V2, ref seconds.V2);
            weights.V3 -= rule.Step<Scalar, float>(gradient.Of<Scalar, float>(gradients.V3, weights.V3), ref firsts.V3, ref seconds.V3);
            first.Cast<Quad>()[i] = firsts;
            second.Cast<Quad>()[i] = seconds;
            w.Cast<Quad>()[i] = weights;
        }
        else if (last < w.IntLength)
        {
            float weight = w[last], one = first[last], two = second[last];
            w[last] = weight - rule.Step<Scalar, float>(gradient.Of<Scalar, float>(dw[last], weight), ref one, ref two);
            first[last] = one;
            second[last] = two;
        }
    }
}

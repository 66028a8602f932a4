using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Optimizer;

/// <summary>SGD with momentum for any device: one thread a quad of weights, or a weight (<see cref="QuadPlan"/>). Explicitly grouped.</summary>
internal static class SgdKernels
{
    public static void Update(ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay, int quads) =>
        Update<CaffeForm>(w, v, dw, rate, momentum, decay, quads);

    public static void UpdateTorch(ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay, int quads) =>
        Update<TorchForm>(w, v, dw, rate, momentum, decay, quads);

    private static void Update<TForm>(ArrayView<float> w, ArrayView<float> v, ArrayView<float> dw, float rate, float momentum, float decay, int quads)
        where TForm : struct, ISgdForm
    {
        int i = Grid.GlobalIndex.X, last = i + 3 * quads;
        if (i < quads)
        {
            Quad weights = w.Cast<Quad>()[i], velocities = v.Cast<Quad>()[i], gradients = dw.Cast<Quad>()[i];
            TForm.Step(ref weights.V0, ref velocities.V0, gradients.V0, rate, momentum, decay);
            TForm.Step(ref weights.V1, ref velocities.V1, gradients.V1, rate, momentum, decay);
            TForm.Step(ref weights.V2, ref velocities.V2, gradients.V2, rate, momentum, decay);
            TForm.Step(ref weights.V3, ref velocities.V3, gradients.V3, rate, momentum, decay);
            v.Cast<Quad>()[i] = velocities;
            w.Cast<Quad>()[i] = weights;
        }
        else if (last < w.IntLength)
        {
            float weight = w[last], velocity = v[last];
            TForm.Step(ref weight, ref velocity, dw[last], rate, momentum, decay);
            v[last] = velocity;
            w[last] = weight;
        }
    }

    private interface ISgdForm
    {
        static abstract void Step(ref float w, ref float v, float dw, float rate, float momentum, float decay);
    }

    private readonly struct CaffeForm : ISgdForm
    {
        public static void Step(ref float w, ref float v, float dw, float rate, float momentum, float decay)
        {
            v = momentum * v + rate * (dw + decay * w);
            w -= v;
        }
    }

    private readonly struct TorchForm : ISgdForm
    {
        public static void Step(ref float w, ref float v, float dw, float rate, float momentum, float decay)
        {
            v = momentum * v + (dw + decay * w);
            w -= rate * v;
        }
    }
}

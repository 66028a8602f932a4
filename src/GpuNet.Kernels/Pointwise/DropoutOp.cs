using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Random;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Pointwise;

/// <summary>
/// Inverted dropout, as Caffe's: in training each value is set to 0 with the probability <c>ratio</c>, else multiplied by 1/(1 − ratio), so
/// that its expectation stays; in testing nothing is done, and nothing is launched. The mask is never stored: value i of a tensor of L
/// values depends on number t·4⌈L/4⌉ + i of the stream in iteration t (<see cref="Philox"/>), so the backward pass computes it again, and
/// it is the same on every device.
/// </summary>
public sealed class DropoutOp
{
    private readonly Action<ulong, Tensor, Tensor> mask;
    private readonly Action<Tensor, Tensor, Tensor> backwardOfPositive;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="ratio">The share of values that are dropped, at least 0 and below 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Tells the dropouts of a network apart.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is below 0, 1 or more, or NaN.</exception>
    public DropoutOp(DeviceSession session, float ratio, ulong seed, ulong stream)
    {
        if (!(ratio >= 0 && ratio < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), string.Create(
                CultureInfo.InvariantCulture, $"dropout: the ratio is {ratio}; it is the share of values that are dropped, at least 0 and below 1."));
        }

        Ratio = ratio;
        // A 32-bit number lies below the threshold with the probability ratio.
        uint threshold = (uint)Math.Round(ratio * 4294967296.0);
        float scale = (float)(1 / (1.0 - ratio));
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<DropoutTile>(session);
            mask = (firstBlock, x, y) => tile.Run(new(seed, stream, firstBlock, threshold, scale, x.View, y.View));
            var positiveTile = new TileLauncher<PositiveDropoutTile>(session);
            backwardOfPositive = (y, dy, dx) => positiveTile.Run(new(scale, y.View, dy.View, dx.View));
        }
        else
        {
            var limits = session.Limits;
            var kernel = session.Accelerator.LoadStreamKernel<DropoutMask, ulong, ArrayView<float>, ArrayView<float>, int>(DropoutKernels.Mask);
            mask = (firstBlock, x, y) => kernel(
                limits.Flat((int)Blocks(x)), new(seed, stream, threshold, scale), firstBlock, x.View, y.View, QuadPlan.Of(limits, (int)x.Length, x.View, y.View).Quads);
            var positiveKernel = session.Accelerator.LoadStreamKernel<float, ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(ReluKernels.Backward);
            backwardOfPositive = (y, dy, dx) =>
            {
                var plan = QuadPlan.Of(limits, (int)y.Length, y.View, dy.View, dx.View);
                positiveKernel(plan.Config, scale, y.View, dy.View, dx.View, plan.Quads);
            };
        }
    }

    /// <summary>The share of values that are dropped.</summary>
    public float Ratio { get; }

    /// <summary>y = x / (1 − ratio) where the iteration's mask keeps the value, else 0.</summary>
    /// <param name="x">Input, any shape.</param>
    /// <param name="y">Output, of x's shape; may be x itself.</param>
    /// <param name="iteration">The iteration, from 0: each has its own mask.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The iteration is negative.</exception>
    public void Forward(Tensor x, Tensor y, long iteration)
    {
        ShapeException.ThrowUnless("dropout: y", y.Shape, x.Shape);
        Run(x, y, iteration);
    }

    /// <summary>dx = dy / (1 − ratio) where the iteration's mask kept the value, else 0.</summary>
    /// <param name="dy">Gradient of the output, of x's shape.</param>
    /// <param name="dx">Gradient of the input; may be dy itself.</param>
    /// <param name="iteration">The iteration of the forward pass.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The iteration is negative.</exception>
    public void Backward(Tensor dy, Tensor dx, long iteration)
    {
        ShapeException.ThrowUnless("dropout: dx", dx.Shape, dy.Shape);
        Run(dy, dx, iteration);
    }

    /// <summary>The backward passes of dropout and of the ReLU that wrote its input, in one: dx = dy / (1 − ratio) where y &gt; 0, else 0. Such a value
    /// was above 0 and kept, so no mask is drawn again.</summary>
    /// <param name="y">Output of dropout's forward pass, which read the ReLU's.</param>
    /// <param name="dy">Gradient of the output, of y's shape.</param>
    /// <param name="dx">Gradient of the ReLU's input; may be dy itself.</param>
    /// <exception cref="ShapeException">The shapes differ, or have more than 2³¹ − 2¹⁶ values.</exception>
    public void BackwardOfPositive(Tensor y, Tensor dy, Tensor dx)
    {
        ShapeException.ThrowUnless("dropout: dy", dy.Shape, y.Shape);
        ShapeException.ThrowUnless("dropout: dx", dx.Shape, y.Shape);
        ShapeException.ThrowIfTooLong("dropout", y.Shape);
        backwardOfPositive(y, dy, dx);
    }

    private void Run(Tensor from, Tensor to, long iteration)
    {
        if (iteration < 0)
            throw new ArgumentOutOfRangeException(nameof(iteration), string.Create(CultureInfo.InvariantCulture, $"dropout: iteration {iteration}; iterations count from 0. Pass the solver's."));
        ShapeException.ThrowIfTooLong("dropout", from.Shape);
        mask((ulong)iteration * (ulong)Blocks(from), from, to);
    }

    private static long Blocks(Tensor x) => (x.Length + 3) / 4;
}

using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Optimizer;

/// <summary>
/// Clips gradients by their global norm, as Caffe's solvers do: if ‖g‖ = √Σ g², over all tensors together, is above a limit, each value becomes
/// g · limit / ‖g‖. Norm and factor stay on the device, so nothing waits. A norm that is NaN or infinite (of values from 10¹⁹ on, too) leaves the gradients
/// as they are, so that a divergence shows in the loss. Two launches a tensor and one more; the second touches nothing where nothing is clipped.
/// It owns the sums.
/// </summary>
public sealed class GradientClipOp : IDisposable
{
    private readonly Shape[] shapes;
    private readonly Arena scratch;
    private readonly Action<IReadOnlyList<Tensor>> clip;

    /// <summary>Loads the kernels and allocates the sums.</summary>
    /// <param name="session">The device.</param>
    /// <param name="shapes">Shapes of the tensors, at least one.</param>
    /// <param name="most">The largest norm that is left as it is; finite and above 0.</param>
    /// <exception cref="ShapeException">There is no tensor, or one is empty or has more than 2³¹ − 2¹⁶ values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not finite or not above 0.</exception>
    public GradientClipOp(DeviceSession session, IReadOnlyList<Shape> shapes, float most)
    {
        if (!float.IsFinite(most) || most <= 0)
            throw new ArgumentOutOfRangeException(nameof(most), string.Create(CultureInfo.InvariantCulture, $"gradient clip: the largest norm is {most}; it must be finite and above 0. Leave the op out to clip nothing."));
        if (shapes.Count == 0)
            throw new ShapeException("gradient clip: there are no gradients; there must be at least one tensor. Leave the op out of a network that learns nothing.");
        this.shapes = [.. shapes];
        ShapeException.ThrowIfTooLong("gradient clip", this.shapes);
        foreach (var shape in shapes)
            ShapeException.ThrowIfEmpty("gradient clip", shape);
        int[] counts = [.. shapes.Select(shape => session.UsesTiles ? LaunchPlan.DivideUp((int)shape.Length, SumSquaresTile.Block) : GroupsFor(session.Limits, (int)shape.Length))];
        int[] firsts = [.. counts.Select((_, i) => counts[..i].Sum())];
        scratch = new Arena(session, Arena.Footprint(counts.Sum()) + Arena.Footprint(1));
        ArrayView<float> sums = scratch.Take(Shape.Vector(counts.Sum())).View, factor = scratch.Take(Shape.Vector(1)).View;
        clip = session.UsesTiles ? Tiles(session, most, firsts, sums, factor) : Kernels(session, most, counts, firsts, sums, factor);
    }

    /// <summary>Clips.</summary>
    /// <param name="gradients">The tensors, of the shapes that the op was made for.</param>
    /// <exception cref="ShapeException">Their number or a shape differs.</exception>
    public void Run(IReadOnlyList<Tensor> gradients)
    {
        if (gradients.Count != shapes.Length)
            throw new ShapeException($"gradient clip: {gradients.Count} tensors are given, but the op was made for {shapes.Length}. Pass all gradients of the network.");
        for (int i = 0; i < shapes.Length; i++)
        {
            if (gradients[i].Shape != shapes[i])
                ShapeException.ThrowUnless($"gradient clip: gradient {i}", gradients[i].Shape, shapes[i]);
        }
        clip(gradients);
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose() => scratch.Dispose();

    private static Action<IReadOnlyList<Tensor>> Tiles(DeviceSession session, float most, int[] firsts, ArrayView<float> sums, ArrayView<float> factor)
    {
        var sumTile = new TileLauncher<SumSquaresTile>(session);
        var factorTile = new TileLauncher<ClipFactorTile>(session);
        var scaleTile = new TileLauncher<ScaleTile>(session);
        return gradients =>
        {
            for (int i = 0; i < firsts.Length; i++)
                sumTile.Run(new(gradients[i].View, sums, firsts[i]));
            factorTile.Run(new(sums, most, factor));
            for (int i = 0; i < firsts.Length; i++)
                scaleTile.Run(new(gradients[i].View, factor));
        };
    }

    private static Action<IReadOnlyList<Tensor>> Kernels(DeviceSession session, float most, int[] counts, int[] firsts, ArrayView<float> sums, ArrayView<float> factor)
    {
        var limits = session.Limits;
        var sumKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, int>(GradientClipKernels.SumSquares);
        var factorKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, float, ArrayView<float>>(GradientClipKernels.Factor);
        var scaleKernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int>(GradientClipKernels.Scale);
        var oneGroup = new KernelConfig(1, limits.TreeGroupOf());
        return gradients =>
        {
            for (int i = 0; i < counts.Length; i++)
            {
                var values = gradients[i].View;
                int quads = QuadPlan.Of(limits, (int)values.Length, values).Quads;
                int units = (int)values.Length - 3 * quads;
                sumKernel(new KernelConfig(counts[i], limits.TreeGroupOf()), values, sums, firsts[i], quads, LaunchPlan.DivideUp(units, counts[i]));
            }
            factorKernel(oneGroup, sums, most, factor);
            for (int i = 0; i < counts.Length; i++)
            {
                var values = gradients[i].View;
                var plan = QuadPlan.Of(limits, (int)values.Length, values);
                scaleKernel(plan.Config, values, factor, plan.Quads);
            }
        };
    }

    // Groups that keep the device busy, but none with fewer than a few quads a thread. Where the units are fewer than planned, the last groups sum nothing.
    private static int GroupsFor(DeviceLimits limits, int length) =>
        Math.Min(limits.Multiprocessors * LaunchPlan.GroupsPerMultiprocessor, LaunchPlan.DivideUp(length, 16 * limits.TreeGroupOf()));
}

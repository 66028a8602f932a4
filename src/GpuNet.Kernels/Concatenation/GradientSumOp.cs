using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Concatenation;

/// <summary>The sum of the gradients that come back to a tensor which several layers read: the backward pass of a split.</summary>
public sealed class GradientSumOp
{
    private const int TermsOfALaunch = 4;

    private readonly int terms;
    private readonly Action<Tensor, Tensor, Tensor, Tensor, Tensor, ReluMask, int> sum;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="terms">How many gradients there are; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no term.</exception>
    public GradientSumOp(DeviceSession session, int terms)
    {
        if (terms < 1)
            throw new ArgumentOutOfRangeException(nameof(terms), $"gradient sum: {terms} terms; there must be at least 1. Give the number of the tensor's readers.");
        this.terms = terms;
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<GradientSumTile>(session);
            sum = (a, b, c, d, result, mask, count) => tile.Run(new(a.View, b.View, c.View, d.View, result.View, mask, count));
        }
        else
        {
            var limits = session.Limits;
            var kernel = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ReluMask, int, int>(GradientSumKernels.Sum);
            sum = (a, b, c, d, result, mask, count) =>
            {
                var plan = QuadPlan.Of(limits, (int)result.Length, a.View, b.View, c.View, d.View, result.View, mask.View);
                kernel(plan.Config, a.View, b.View, c.View, d.View, result.View, mask, count, plan.Quads);
            };
        }
    }

    /// <summary>dx = the sum of all dys.</summary>
    /// <param name="dys">The gradients, all of one shape.</param>
    /// <param name="dx">Result, of their shape; may be one of them.</param>
    /// <param name="mask">The ReLU's output if the summed gradients are its output's, of dx's shape: where it is not above 0, dx becomes 0.</param>
    /// <exception cref="ShapeException">The number of tensors or a shape differs, or one has more than 2³¹ − 2¹⁶ values.</exception>
    public void Run(IReadOnlyList<Tensor> dys, Tensor dx, Tensor? mask = null)
    {
        if (dys.Count != terms)
            throw new ShapeException($"gradient sum: {dys.Count} tensors are given, but the op was made for {terms}. Pass one for each reader of the tensor.");
        ShapeException.ThrowIfTooLong("gradient sum", dx.Shape);
        for (int i = 0; i < terms; i++)
        {
            if (dys[i].Shape != dx.Shape)
                ShapeException.ThrowUnless($"gradient sum: dys[{i}]", dys[i].Shape, dx.Shape);
        }
        if (mask is { } y)
            ShapeException.ThrowUnless("gradient sum: mask", y.Shape, dx.Shape);
        // The first launch overwrites dx; if dx is a term, that launch has to read it.
        int leading = IndexOf(dys, dx);
        int count = Math.Min(terms, TermsOfALaunch);
        sum(Term(dys, leading, 0), Term(dys, leading, 1), Term(dys, leading, 2), Term(dys, leading, 3), dx, MaskAfter(count), count);
        for (int next = count; next < terms; next += TermsOfALaunch - 1)
        {
            count = Math.Min(terms - next, TermsOfALaunch - 1);
            sum(dx, Term(dys, leading, next), Term(dys, leading, next + 1), Term(dys, leading, next + 2), dx, MaskAfter(next + count), count + 1);
        }

        // With the last terms.
        ReluMask MaskAfter(int summed) => ReluMask.Of(summed == terms ? mask : null, dx);
    }

    // The terms with the leading one swapped to the front; any tensor where there is none.
    private static Tensor Term(IReadOnlyList<Tensor> dys, int leading, int i) =>
        i == 0 ? dys[leading] : i == leading ? dys[0] : dys[Math.Min(i, dys.Count - 1)];

    private static int IndexOf(IReadOnlyList<Tensor> dys, Tensor dx)
    {
        for (int i = 0; i < dys.Count; i++)
        {
            if (dys[i].IsSameMemoryAs(dx))
                return i;
        }
        return 0;
    }
}

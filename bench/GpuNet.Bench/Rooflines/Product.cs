using GpuNet.Bench.Kernels;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Bench.Rooflines;

/// <summary>A pass that the portable kernels compute as a matrix product, and the memory that it cannot do without.</summary>
/// <param name="Size">The product's sizes.</param>
/// <param name="MayBeSplit">Whether its sums may be split.</param>
/// <param name="Bytes">Bytes of the tensors that are read and written, each once.</param>
internal readonly record struct Product(GemmSize Size, bool MayBeSplit, double Bytes)
{
    /// <summary>Floating-point operations; products with padding count.</summary>
    public double Flops => 2.0 * Size.Groups * Size.Rows * Size.Columns * Size.Depth;

    /// <summary>The product of a convolution's pass, as <see cref="ImplicitGemm"/> has it.</summary>
    public static Product Of(ConvolutionGeometry geometry, KernelPass pass)
    {
        int groups = geometry.Groups, inputs = geometry.GroupInputChannels, outputs = geometry.GroupOutputChannels;
        int taps = (int)(geometry.Weights.ImageSize / inputs), filter = inputs * taps;
        int inputPixels = geometry.Input.N * geometry.Input.PlaneSize, outputPixels = geometry.Output.N * geometry.Output.PlaneSize;
        var size = pass switch
        {
            KernelPass.Forward => new GemmSize(groups, outputs, outputPixels, filter),
            KernelPass.BackwardData => new GemmSize(groups, inputs, inputPixels, outputs * taps),
            _ => new GemmSize(groups, outputs, filter, outputPixels),
        };
        return new(size, pass == KernelPass.BackwardWeights, sizeof(float) * (double)(geometry.Input.Length + geometry.Weights.Length + geometry.Output.Length));
    }

    /// <summary>A plain product.</summary>
    public static Product Of(MatrixMultiplyGeometry geometry) =>
        new(new(1, geometry.M, geometry.N, geometry.K), MayBeSplit: true, sizeof(float) * (double)(geometry.A.Length + geometry.B.Length + geometry.C.Length));

    /// <summary>What a GPU can do at most with the plan that it would get.</summary>
    public Bound On(Gpu gpu)
    {
        var plan = GemmPlan.For(gpu.Limits, Size, MayBeSplit)!.Value;
        int splits = plan.Splits(Size);
        // A multiprocessor computes its blocks whole, edges and all, and the busiest one ends last.
        double blocks = Math.Ceiling(plan.Blocks(Size) * (double)splits / gpu.Limits.Multiprocessors);
        double depth = Math.Min(plan.SplitDepth, Size.Depth);
        double compute = blocks * 2 * plan.Variant.Rows * plan.Variant.Columns * depth / (gpu.FlopsPerSecond / gpu.Limits.Multiprocessors);
        double parts = splits == 1 ? 0 : 2.0 * sizeof(float) * splits * Size.Groups * Size.Rows * Size.Columns;
        double memory = (Bytes + parts) / gpu.BytesPerSecond;
        return new(plan.Variant.Name, splits, Flops / Math.Max(compute, memory), memory > compute);
    }
}

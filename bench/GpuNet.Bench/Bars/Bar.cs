using GpuNet.Bench.Kernels;

namespace GpuNet.Bench.Bars;

/// <summary>What each measure must reach: shares of the multiply-add peak, or of the copy bandwidth for what moves bytes.</summary>
internal static class Bar
{
    /// <summary>Two workers against one.</summary>
    public const double Scaling = 1.8;

    /// <summary>cifar10's convolutions at 256 bits, of the peak at 256 bits.</summary>
    public const double Avx2 = 0.80;

    private const double Product = 0.85;
    private const double Winograd = 1.15;
    private const double ShortSums = 0.55;
    private const double Windows = 0.60;
    private const double InPlace = 1.50;

    /// <summary>The share that a pass must reach.</summary>
    /// <param name="of">The case.</param>
    /// <param name="pass">One of its passes.</param>
    /// <returns>The share; null for what has no bar: a gradient that no training computes, a product too thin for the peak, and tensors so
    /// small that a launch costs as much as they do.</returns>
    public static double? Of(KernelCase of, KernelPass pass) => of switch
    {
        MatrixMultiplyCase { Geometry: { M: >= 1024, N: >= 256, K: >= 256 } } => Product,
        ConvolutionCase { IsFirst: true } => pass == KernelPass.BackwardData ? null : ShortSums,
        ConvolutionCase { Geometry.Filter: { Height: 1, Width: 1 } } => ShortSums,
        // Whatever the op has chosen: a layer that falls back to the direct kernel falls short.
        ConvolutionCase { Geometry: { Filter: { Height: 3, Width: 3 }, Stride: { Height: 1, Width: 1 } } } when pass != KernelPass.BackwardWeights => Winograd,
        ConvolutionCase => Product,
        NormCase { IsWithin: true } => null,
        NormCase or PoolingCase or ConcatenationCase => IsLarge(of, pass) ? Windows : null,
        ReluCase or UpdateCase { Optimizer: "SGD" or "Adam" } => IsLarge(of, pass) ? InPlace : null,
        _ => null,
    };

    /// <summary>Whether a pass is measured: it has a bar, or is shown without one.</summary>
    /// <param name="of">The case.</param>
    /// <param name="pass">One of its passes.</param>
    public static bool IsMeasured(KernelCase of, KernelPass pass) => of is SoftmaxLossCase || Of(of, pass) is not null;

    private static bool IsLarge(KernelCase of, KernelPass pass) => of.AmountOf(pass) >= 10e6;
}

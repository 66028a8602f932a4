using System.Globalization;
using GpuNet.Kernels.Convolution.Winograd;
using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Convolution;

/// <summary>Which algorithm computes each pass of a convolution: the one place that chooses.</summary>
/// <param name="Forward">The forward pass.</param>
/// <param name="BackwardData">The gradient of the input.</param>
/// <param name="BackwardWeights">The gradient of the weights.</param>
internal sealed record ConvolutionPlan(PassPlan Forward, PassPlan BackwardData, PassPlan BackwardWeights)
{
    // Work is counted in multiply-adds of vectors, for one group. What a transform of a vector takes, for each of its taps or points, was measured as
    // multiply-adds that take as long (AVX-512, Zen 5); the results' is the largest since they wait for memory.
    private const double WeightTransform = 10, InputTransform = 16, ResultTransform = 20;

    // With 16 registers the transforms spill, and take as much again.
    private static readonly double TransformScale = Simd.Width >= 16 ? 1 : 2;

    // The algorithms for filters of 3×3 and of 5×5, and the pixels of a tile's side.
    private static readonly (ConvolutionAlgorithm Algorithm, int Outputs)[] OfThree =
        [(ConvolutionAlgorithm.Winograd2, Winograd2.Outputs), (ConvolutionAlgorithm.Winograd4, Winograd4.Outputs)];

    private static readonly (ConvolutionAlgorithm Algorithm, int Outputs)[] OfFive = [(ConvolutionAlgorithm.Winograd2Of5, Winograd2Of5.Outputs)];

    /// <summary>The plan as text.</summary>
    public ConvolutionChoice Choice => new(Forward.ToString(), BackwardData.ToString(), BackwardWeights.ToString());

    /// <summary>Chooses. The number of workers has no say: the same network gives the same bits on any number of cores.</summary>
    /// <param name="session">The device.</param>
    /// <param name="geometry">The sizes.</param>
    /// <param name="options">What is allowed.</param>
    public static ConvolutionPlan For(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options)
    {
        if (!session.UsesTiles)
        {
            var gemm = new PassPlan(ConvolutionAlgorithm.ImplicitGemm, "a device without tile kernels");
            return new(gemm, gemm, gemm);
        }

        int outputImage = geometry.OutputIn(options.Window).ImageSize;
        return new(
            ForCorrelation(Correlation.Forward(geometry, outputImage), options),
            ForCorrelation(Correlation.BackwardData(geometry, outputImage), options),
            new(ConvolutionAlgorithm.Direct, "the one algorithm for the gradient of the weights"));
    }

    private static PassPlan ForCorrelation(Correlation correlation, ConvolutionOptions options)
    {
        bool ofThree = WinogradSizes.Suits(correlation, taps: 3), ofFive = WinogradSizes.Suits(correlation, taps: 5);
        if (!ofThree && !ofFive)
            return Direct(correlation, "Winograd needs a filter of 3×3 or 5×5, stride 1 and dilation 1");
        if (!options.AllowWinograd)
            return Direct(correlation, "the options rule Winograd out");
        PassPlan best = Direct(correlation, $"with {correlation.InputChannels} → {correlation.OutputChannels} channels a group, Winograd's transforms cost more than they save");
        double direct = DirectWork(correlation), least = direct;
        foreach (var (algorithm, outputs) in ofThree ? OfThree : OfFive)
        {
            double work = WinogradWork(correlation, outputs);
            if (work > least)
                continue;
            least = work;
            best = new(algorithm, string.Create(CultureInfo.InvariantCulture, $"{100 * work / direct:F0} % of the direct work, transforms included"));
        }

        return best;
    }

    private static PassPlan Direct(Correlation correlation, string reason) => PixelLanesTile.Suits(correlation)
        ? new(ConvolutionAlgorithm.PixelLanes, $"{reason}; rows of {correlation.Output.Width} fill vectors, and {correlation.Terms} terms or {correlation.OutputChannels} channels are few")
        : new(ConvolutionAlgorithm.Direct, reason);

    private static double DirectWork(Correlation correlation)
    {
        double pixels = (double)correlation.Images * correlation.Output.Height * correlation.Output.Width, blocks = 2 * correlation.Blocks(2 * Simd.Width);
        return correlation.Terms * blocks * (pixels + WeightTransform);
    }

    // F(4×4) has fewer products but more points: it loses where maps are so few and small that the weights' transform decides, or where they leave
    // most of a tile empty.
    private static double WinogradWork(Correlation correlation, int outputs)
    {
        var sizes = new WinogradSizes(correlation, outputs, Simd.Width, workers: 1);
        double tiles = (double)correlation.Images * sizes.Down * sizes.Across, blocks = 2 * correlation.Blocks(2 * Simd.Width);
        double filters = correlation.InputChannels * blocks;
        return sizes.Points * sizes.Points *
            (filters * (tiles + WeightTransform * (sizes.KeepsWeights ? 1 : sizes.Passes)) + TransformScale * tiles * (InputTransform * sizes.InputBlocks + ResultTransform * blocks));
    }
}

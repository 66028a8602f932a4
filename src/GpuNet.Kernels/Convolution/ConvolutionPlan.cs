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
        if (!WinogradSizes.Suits(correlation))
            return Direct(correlation, "Winograd needs a 3×3 filter, stride 1 and dilation 1");
        if (!options.AllowWinograd)
            return Direct(correlation, "the options rule Winograd out");
        double direct = DirectWork(correlation), two = WinogradWork(correlation, Winograd2.Outputs), four = WinogradWork(correlation, Winograd4.Outputs);
        double best = Math.Min(two, four);
        if (best >= direct)
            return Direct(correlation, $"with {correlation.InputChannels} → {correlation.OutputChannels} channels a group, Winograd's transforms cost more than they save");
        return new(
            four <= two ? ConvolutionAlgorithm.Winograd4 : ConvolutionAlgorithm.Winograd2,
            string.Create(CultureInfo.InvariantCulture, $"{direct / best:F1} times less work than direct, transforms included"));
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
        var sizes = new WinogradSizes(correlation, outputs, Simd.Width);
        double tiles = (double)correlation.Images * sizes.Down * sizes.Across, blocks = 2 * correlation.Blocks(2 * Simd.Width);
        double filters = correlation.InputChannels * blocks;
        return sizes.Points * sizes.Points *
            (filters * (tiles + WeightTransform * sizes.Passes) + tiles * (InputTransform * sizes.InputBlocks + ResultTransform * blocks));
    }
}

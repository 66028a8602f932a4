namespace GpuNet.Kernels.Convolution;

/// <summary>How a <see cref="ConvolutionOp"/> computes its passes, each as the algorithm and the reason, to be printed.</summary>
/// <param name="Forward">The forward pass.</param>
/// <param name="BackwardData">The gradient of the input.</param>
/// <param name="BackwardWeights">The gradient of the weights.</param>
public readonly record struct ConvolutionChoice(string Forward, string BackwardData, string BackwardWeights);

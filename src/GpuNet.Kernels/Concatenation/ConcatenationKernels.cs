using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>Copies between a tensor and its channel window of the concatenated one, for any device: one thread a value.</summary>
internal static class ConcatenationKernels
{
    /// <param name="i">A value of x.</param>
    /// <param name="x">One of the inputs.</param>
    /// <param name="y">The concatenated tensor.</param>
    /// <param name="image">Values of an image of x.</param>
    /// <param name="outputImage">Values of an image of y.</param>
    /// <param name="first">Where x's channels begin in an image of y.</param>
    public static void Forward(Index1D i, ArrayView<float> x, ArrayView<float> y, int image, int outputImage, int first)
    {
        int n = i / image;
        y[n * outputImage + first + (i - n * image)] = x[i];
    }

    /// <param name="i">A value of dx.</param>
    /// <param name="dy">Gradient of the concatenated tensor.</param>
    /// <param name="dx">Gradient of one of the inputs.</param>
    /// <param name="image">Values of an image of dx.</param>
    /// <param name="outputImage">Values of an image of dy.</param>
    /// <param name="first">Where dx's channels begin in an image of dy.</param>
    public static void Backward(Index1D i, ArrayView<float> dy, ArrayView<float> dx, int image, int outputImage, int first)
    {
        int n = i / image;
        dx[i] = dy[n * outputImage + first + (i - n * image)];
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// Convolution by the portable kernels: three matrix products whose operands are gathered from the tensors while tiles are loaded, so that
/// no matrix of windows is ever stored.
/// </summary>
/// <remarks>
/// For each group, with the batch's output pixels P and input pixels Q: y (O × P) = w (O × C·kh·kw) · windows; dx (C × Q) =
/// w (C × O·kh·kw) · windows of dy that cover a pixel; dw (O × C·kh·kw) = dy (O × P) · windows.
/// </remarks>
internal sealed class ImplicitGemm
{
    private readonly GemmLauncher<FilterRows, WindowColumns, ImageResult> forward;
    private readonly GemmLauncher<ChannelRows, CoveringWindows, ImageResult> backwardData;
    private readonly GemmLauncher<OutputRows, TapColumns, MatrixResult<Unaligned>> backwardWeights;
    private readonly SplitSum weightsSum;
    private readonly BiasGradient biasGradient;
    private readonly ConvolutionGeometry geometry;
    private readonly ConvolutionSizes sizes;
    private readonly bool rectify;

    public ImplicitGemm(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options)
    {
        this.geometry = geometry;
        rectify = options.Rectify;
        sizes = new ConvolutionSizes(geometry, geometry.OutputIn(options.Window).ImageSize);
        int groups = geometry.Groups, inputs = geometry.GroupInputChannels, outputs = geometry.GroupOutputChannels;
        int inputPixels = geometry.Input.N * geometry.Input.PlaneSize, outputPixels = geometry.Output.N * geometry.Output.PlaneSize;
        forward = new(session, new("convolution.forward", new(groups, outputs, outputPixels, sizes.FilterLength), MayBeSplit: false));
        backwardData = new(session, new("convolution.data", new(groups, inputs, inputPixels, outputs * sizes.Taps), MayBeSplit: false));
        backwardWeights = new(session, new("convolution.weights", new(groups, outputs, sizes.FilterLength, outputPixels), MayBeSplit: true));
        weightsSum = new SplitSum(session, backwardWeights.Splits, (int)geometry.Weights.Length);
        biasGradient = new BiasGradient(session, geometry.Output, geometry.OutputIn(options.Window).C);
    }

    public long WorkspaceLength => weightsSum.WorkspaceLength;

    public void Forward(Tensor x, Tensor w, Tensor? b, ArrayView<float> y, Tensor workspace) => forward.Run(
        new(w.View, sizes),
        new(new(x.View, sizes)),
        new(y, sizes.GroupOutputChannels, sizes.OutputPlane, sizes.OutputImage, GemmEpilogue.Of(y, b, rectify)));

    public void BackwardData(ArrayView<float> dy, Tensor w, Tensor dx, Tensor? mask, Tensor workspace) => backwardData.Run(
        new(w.View, sizes),
        new(dy, sizes),
        new(dx.View, sizes.GroupInputChannels, sizes.InputPlane, sizes.InputImage, GemmEpilogue.Of(dx.View, mask: mask)));

    public void BackwardWeights(Tensor x, ArrayView<float> dy, Tensor dw, Tensor? db, Tensor workspace)
    {
        var target = weightsSum.IsNeeded ? workspace.View : dw.View;
        backwardWeights.Run(
            new(dy, sizes),
            new(new(x.View, sizes)),
            new(target, sizes.GroupOutputChannels, sizes.FilterLength, (int)geometry.Weights.Length, GemmEpilogue.Of(target)));
        if (weightsSum.IsNeeded)
            weightsSum.Run(workspace, dw, sizes.FilterLength, GemmEpilogue.Of(dw.View));
        if (db is Tensor bias)
            biasGradient.Run(dy, bias);
    }
}

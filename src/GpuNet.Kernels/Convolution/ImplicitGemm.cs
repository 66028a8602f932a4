using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// Convolution by the portable kernels: three matrix products whose operands are gathered from the tensors while tiles are loaded, so that
/// no matrix of windows is ever stored. It owns the tables by which they are gathered.
/// </summary>
/// <remarks>
/// For each group, with the batch's output pixels P and input pixels Q: y (O × P) = w (O × C·kh·kw) · windows; dx (C × Q) =
/// w (C × O·kh·kw) · windows of dy that cover a pixel; dw (O × C·kh·kw) = dy (O × P) · windows. A 1×1 filter that takes every pixel needs no
/// windows: its channels are the matrix.
/// </remarks>
internal sealed class ImplicitGemm : IDisposable
{
    private readonly IGemmPass forward, backwardData, backwardWeights;
    private readonly IDisposable[] tables;
    private readonly SplitSum weightsSum;
    private readonly BiasGradient biasGradient;
    private readonly bool rectify;
    private readonly int filterLength;

    public ImplicitGemm(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options)
    {
        rectify = options.Rectify;
        filterLength = geometry.Weights.ImageSize;
        int outputImage = geometry.OutputIn(options.Window).ImageSize;
        (forward, backwardData, backwardWeights, tables) = MaskedPlace.Holds(geometry.Filter)
            ? Load<MaskedPlace>(session, geometry, outputImage)
            : Load<RangedPlace>(session, geometry, outputImage);
        weightsSum = new SplitSum(session, backwardWeights.Splits, (int)geometry.Weights.Length);
        biasGradient = new BiasGradient(session, geometry.Output, geometry.OutputIn(options.Window).C);
    }

    public long WorkspaceLength => Math.Max(weightsSum.WorkspaceLength, biasGradient.WorkspaceLength);

    public void Forward(Tensor x, Tensor w, Tensor? b, ArrayView<float> y, Tensor workspace) =>
        forward.Run(w.View, x.View, y, GemmEpilogue.Of(y, b, rectify));

    public void BackwardData(ArrayView<float> dy, Tensor w, Tensor dx, Tensor? mask, Tensor workspace) =>
        backwardData.Run(w.View, dy, dx.View, GemmEpilogue.Of(dx.View, mask: mask));

    public void BackwardWeights(Tensor x, ArrayView<float> dy, Tensor dw, Tensor? db, Tensor workspace)
    {
        var target = weightsSum.IsNeeded ? workspace.View : dw.View;
        backwardWeights.Run(dy, x.View, target, GemmEpilogue.Of(target));
        if (weightsSum.IsNeeded)
            weightsSum.Run(workspace, dw, filterLength, GemmEpilogue.Of(dw.View));
        if (db is Tensor bias)
            biasGradient.Run(dy, bias, workspace);
    }

    public void Dispose()
    {
        foreach (var table in tables)
            table.Dispose();
    }

    private static (IGemmPass Forward, IGemmPass Data, IGemmPass Weights, IDisposable[] Tables) Load<TPlace>(
        DeviceSession session, ConvolutionGeometry g, int outputImage)
        where TPlace : unmanaged, IPlace<TPlace>
    {
        Shape input = g.Input, output = g.Output;
        int groups = g.Groups, inputs = g.GroupInputChannels, outputs = g.GroupOutputChannels, taps = g.Filter.Height * g.Filter.Width, filter = g.Weights.ImageSize;
        int inputPlane = input.PlaneSize, inputGroup = inputs * inputPlane, outputPlane = output.PlaneSize, outputGroup = outputs * outputPlane;
        bool isMatrix = taps == 1 && g.Stride == 1 && g.Padding == 0 && inputPlane % 4 == 0;
        bool hasOutputQuads = outputPlane % 4 == 0, hasInputQuads = inputPlane % 4 == 0, hasFilterQuads = filter % 4 == 0;

        var over = new WindowTables<TPlace>(
            session,
            WindowAxis.Forward(input.H, output.H, g.Filter.Height, g.Stride.Height, g.Padding.Height, g.Dilation.Height),
            WindowAxis.Forward(input.W, output.W, g.Filter.Width, g.Stride.Width, g.Padding.Width, g.Dilation.Width),
            inputs);
        Windows<TPlace> WindowsOver(ArrayView<float> x) => new(x, over.Pixels, over.Taps, new(outputPlane, input.ImageSize, inputGroup, input.H, input.W));
        WindowTables<TPlace> covering;
        try
        {
            covering = new WindowTables<TPlace>(
                session,
                WindowAxis.Covering(input.H, output.H, g.Filter.Height, g.Stride.Height, g.Padding.Height, g.Dilation.Height),
                WindowAxis.Covering(input.W, output.W, g.Filter.Width, g.Stride.Width, g.Padding.Width, g.Dilation.Width),
                outputs);
        }
        catch
        {
            over.Dispose();
            throw;
        }

        Windows<TPlace> WindowsCovering(ArrayView<float> dy) => new(dy, covering.Pixels, covering.Taps, new(inputPlane, outputImage, outputGroup, output.H, output.W));

        // Filters as rows; a row has one image.
        var forward = GemmPass.Of(
            session,
            GemmRequest.Of("convolution.forward", new(groups, outputs, output.N * outputPlane, filter)),
            Matrix.Of(hasFilterQuads, (ArrayView<float> w) => new PlaneRows<Aligned>(w, filter, 0, outputs * filter), (ArrayView<float> w) => new PlaneRows<Unaligned>(w, filter, 0, outputs * filter)),
            Matrix.Of(isMatrix, (ArrayView<float> x) => new PlaneColumns(x, inputPlane, input.ImageSize, inputGroup), (ArrayView<float> x) => new WindowColumns<TPlace>(WindowsOver(x))),
            Result.Of(
                hasOutputQuads,
                (ArrayView<float> y, GemmEpilogue epilogue) => new ImageResult<Aligned>(y, outputs, outputPlane, outputImage, epilogue),
                (ArrayView<float> y, GemmEpilogue epilogue) => new ImageResult<Unaligned>(y, outputs, outputPlane, outputImage, epilogue)));

        // Input channels as rows, which run through all filters; where each has one tap, they lie side by side.
        var dataRequest = GemmRequest.Of("convolution.data", new(groups, inputs, input.N * inputPlane, outputs * taps));
        var gradients = Matrix.Of(isMatrix, (ArrayView<float> dy) => new PlaneColumns(dy, outputPlane, outputImage, outputGroup), (ArrayView<float> dy) => new WindowColumns<TPlace>(WindowsCovering(dy)));
        var images = Result.Of(
            hasInputQuads,
            (ArrayView<float> dx, GemmEpilogue epilogue) => new ImageResult<Aligned>(dx, inputs, inputPlane, input.ImageSize, epilogue),
            (ArrayView<float> dx, GemmEpilogue epilogue) => new ImageResult<Unaligned>(dx, inputs, inputPlane, input.ImageSize, epilogue));
        var backwardData = taps == 1
            ? GemmPass.Of(session, dataRequest, Matrix.Of(hasFilterQuads, (ArrayView<float> w) => new PlaneColumns(w, filter, 0, outputs * filter), Channels), gradients, images)
            : GemmPass.Of(session, dataRequest, Matrix.Of(taps % 4 == 0, (ArrayView<float> w) => new PlaneRows<Aligned>(w, taps, filter, outputs * filter), Channels), gradients, images);
        PlaneRows<Unaligned> Channels(ArrayView<float> w) => new(w, taps, filter, outputs * filter);

        var backwardWeights = GemmPass.Of(
            session,
            GemmRequest.Of("convolution.weights", new(groups, outputs, filter, output.N * outputPlane)),
            Matrix.Of(hasOutputQuads, (ArrayView<float> dy) => new PlaneRows<Aligned>(dy, outputPlane, outputImage, outputGroup), (ArrayView<float> dy) => new PlaneRows<Unaligned>(dy, outputPlane, outputImage, outputGroup)),
            Matrix.Of(isMatrix, (ArrayView<float> x) => new PlaneRows<Aligned>(x, inputPlane, input.ImageSize, inputGroup), (ArrayView<float> x) => new TapColumns<TPlace>(WindowsOver(x))),
            Result.Of(
                hasFilterQuads,
                (ArrayView<float> dw, GemmEpilogue epilogue) => new MatrixResult<Aligned>(dw, outputs, filter, (int)g.Weights.Length, epilogue),
                (ArrayView<float> dw, GemmEpilogue epilogue) => new MatrixResult<Unaligned>(dw, outputs, filter, (int)g.Weights.Length, epilogue)));
        return (forward, backwardData, backwardWeights, [over, covering]);
    }
}

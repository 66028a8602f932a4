using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>The CPU's convolution: <see cref="CorrelationTile"/> for the forward pass and the data gradient, <see cref="WeightGradientTile"/> for the rest.</summary>
internal sealed class ConvolutionTiles
{
    private readonly TileLauncher<CorrelationTile> correlate;
    private readonly TileLauncher<WeightGradientTile> weightGradient;
    private readonly Correlation forward, backward;
    private readonly WorkerBarrier barrier;
    private readonly int workers;
    private readonly bool rectify;

    public ConvolutionTiles(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options)
    {
        correlate = new TileLauncher<CorrelationTile>(session);
        weightGradient = new TileLauncher<WeightGradientTile>(session);
        int outputImage = geometry.OutputIn(options.Window).ImageSize;
        forward = Correlation.Forward(geometry, outputImage);
        backward = Correlation.BackwardData(geometry, outputImage);
        rectify = options.Rectify;
        barrier = session.Tiles.Barrier;
        workers = session.Workers;
        long staged = Math.Max(
            WeightGradientTile.StagedLength(forward),
            Math.Max(CorrelationTile.StagedLength(forward, workers), CorrelationTile.StagedLength(backward, workers)));
        if (staged > int.MaxValue)
            throw new ShapeException($"convolution: a worker's padded copy of one group of an image of {geometry.Input} holds {staged} values; on the CPU it may hold {int.MaxValue} at most. Use smaller images, less padding, smaller strides or more groups.");
        WorkspaceLength = Math.Max(
            WeightGradientTile.WorkspaceLength(forward, workers),
            Math.Max(CorrelationTile.WorkspaceLength(forward, workers), CorrelationTile.WorkspaceLength(backward, workers)));
    }

    public long WorkspaceLength { get; }

    public void Forward(Tensor x, Tensor w, Tensor? b, ArrayView<float> y, Tensor workspace) =>
        correlate.Run(new(forward, x.View, w.View, turned: false, y, Epilogue.Forward(b, rectify), workspace.View, barrier, workers));

    public void BackwardData(ArrayView<float> dy, Tensor w, Tensor dx, Tensor? mask, Tensor workspace) =>
        correlate.Run(new(backward, dy, w.View, turned: true, dx.View, Epilogue.Gradient(mask), workspace.View, barrier, workers));

    public void BackwardWeights(Tensor x, ArrayView<float> dy, Tensor dw, Tensor? db, Tensor workspace) =>
        weightGradient.Run(new(forward, x.View, dy, dw.View, (db ?? dw).View, db is not null, workspace.View, barrier));
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Convolution;

/// <summary>The CPU's convolution: <see cref="CorrelationTile"/> for the forward pass and the data gradient, <see cref="WeightGradientTile"/> for the rest.</summary>
internal sealed class ConvolutionTiles
{
    private readonly TileLauncher<CorrelationTile> correlate;
    private readonly TileLauncher<WeightGradientTile> weightGradient;
    private readonly Correlation forward, backward;
    private readonly WorkerBarrier barrier;
    private readonly int workers;

    public ConvolutionTiles(DeviceSession session, ConvolutionGeometry geometry)
    {
        correlate = new TileLauncher<CorrelationTile>(session);
        weightGradient = new TileLauncher<WeightGradientTile>(session);
        forward = Correlation.Forward(geometry);
        backward = Correlation.BackwardData(geometry);
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

    public void Forward(Tensor x, Tensor w, Tensor? b, Tensor y, Tensor workspace) =>
        correlate.Run(new(forward, x.View, w.View, turned: false, (b ?? w).View, b is not null, y.View, workspace.View, barrier, workers));

    public void BackwardData(Tensor dy, Tensor w, Tensor dx, Tensor workspace) =>
        correlate.Run(new(backward, dy.View, w.View, turned: true, w.View, hasBias: false, dx.View, workspace.View, barrier, workers));

    public void BackwardWeights(Tensor x, Tensor dy, Tensor dw, Tensor? db, Tensor workspace) =>
        weightGradient.Run(new(forward, x.View, dy.View, dw.View, (db ?? dw).View, db is not null, workspace.View));
}

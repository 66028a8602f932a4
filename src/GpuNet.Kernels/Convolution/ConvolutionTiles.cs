using GpuNet.Kernels.Convolution.Winograd;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Convolution;

/// <summary>
/// The CPU's convolution: <see cref="CorrelationTile"/>, <see cref="PixelLanesTile"/> or <see cref="WinogradTile{T}"/> for the forward pass and the data gradient, as planned;
/// <see cref="WeightGradientTile"/> for the rest.
/// </summary>
internal sealed class ConvolutionTiles
{
    private readonly TileLauncher<CorrelationTile> correlate;
    private readonly TileLauncher<PixelLanesTile> pixelLanes;
    private readonly TileLauncher<WinogradTile<Winograd2>> winograd2;
    private readonly TileLauncher<WinogradTile<Winograd4>> winograd4;
    private readonly TileLauncher<WinogradTile<Winograd2Of5>> winograd2Of5;
    private readonly TileLauncher<WeightGradientTile> weightGradient;
    private readonly ConvolutionPlan plan;
    private readonly Correlation forward, backward;
    private readonly WorkerBarrier barrier;
    private readonly int workers;
    private readonly bool rectify;

    public ConvolutionTiles(DeviceSession session, ConvolutionGeometry geometry, ConvolutionOptions options, ConvolutionPlan plan)
    {
        this.plan = plan;
        correlate = new TileLauncher<CorrelationTile>(session);
        pixelLanes = new TileLauncher<PixelLanesTile>(session);
        winograd2 = new TileLauncher<WinogradTile<Winograd2>>(session);
        winograd4 = new TileLauncher<WinogradTile<Winograd4>>(session);
        winograd2Of5 = new TileLauncher<WinogradTile<Winograd2Of5>>(session);
        weightGradient = new TileLauncher<WeightGradientTile>(session);
        int outputImage = geometry.OutputIn(options.Window).ImageSize;
        forward = Correlation.Forward(geometry, outputImage);
        backward = Correlation.BackwardData(geometry, outputImage);
        rectify = options.Rectify;
        barrier = session.Tiles.Barrier;
        workers = session.Workers;
        long staged = Math.Max(
            WeightGradientTile.StagedLength(forward),
            Math.Max(StagedLength(plan.Forward, forward), StagedLength(plan.BackwardData, backward)));
        if (staged > int.MaxValue)
            throw new ShapeException($"convolution: a worker's padded copy of one group of an image of {geometry.Input} holds {staged} values; on the CPU it may hold {int.MaxValue} at most. Use smaller images, less padding, smaller strides or more groups.");
        WorkspaceLength = Math.Max(
            WeightGradientTile.WorkspaceLength(forward, workers),
            Math.Max(WorkspaceFor(plan.Forward, forward), WorkspaceFor(plan.BackwardData, backward)));
    }

    public long WorkspaceLength { get; }

    public void Forward(Tensor x, Tensor w, Tensor? b, ArrayView<float> y, Tensor workspace) =>
        Correlate(plan.Forward, new(forward, x.View, w.View, Turned: false, y, Epilogue.Forward(b, rectify), workspace.View, barrier, workers));

    public void BackwardData(ArrayView<float> dy, Tensor w, Tensor dx, Tensor? mask, Tensor workspace) =>
        Correlate(plan.BackwardData, new(backward, dy, w.View, Turned: true, dx.View, Epilogue.Gradient(mask), workspace.View, barrier, workers));

    public void BackwardWeights(Tensor x, ArrayView<float> dy, Tensor dw, Tensor? db, Tensor workspace) =>
        weightGradient.Run(new(forward, x.View, dy, dw.View, (db ?? dw).View, db is not null, workspace.View, barrier));

    private void Correlate(PassPlan pass, CorrelationOperands operands)
    {
        switch (pass.Algorithm)
        {
            case ConvolutionAlgorithm.PixelLanes:
                pixelLanes.Run(new(operands));
                break;
            case ConvolutionAlgorithm.Winograd2:
                winograd2.Run(new(operands));
                break;
            case ConvolutionAlgorithm.Winograd4:
                winograd4.Run(new(operands));
                break;
            case ConvolutionAlgorithm.Winograd2Of5:
                winograd2Of5.Run(new(operands));
                break;
            default:
                correlate.Run(new(operands));
                break;
        }
    }

    private long WorkspaceFor(PassPlan pass, Correlation correlation) => pass.Algorithm switch
    {
        ConvolutionAlgorithm.PixelLanes => PixelLanesTile.WorkspaceLength(correlation, workers),
        ConvolutionAlgorithm.Winograd2 => WinogradTile<Winograd2>.WorkspaceLength(correlation, workers),
        ConvolutionAlgorithm.Winograd4 => WinogradTile<Winograd4>.WorkspaceLength(correlation, workers),
        ConvolutionAlgorithm.Winograd2Of5 => WinogradTile<Winograd2Of5>.WorkspaceLength(correlation, workers),
        _ => CorrelationTile.WorkspaceLength(correlation, workers),
    };

    private long StagedLength(PassPlan pass, Correlation correlation) =>
        pass.Algorithm is ConvolutionAlgorithm.Direct or ConvolutionAlgorithm.PixelLanes ? CorrelationTile.StagedLength(correlation, workers) : 0;
}

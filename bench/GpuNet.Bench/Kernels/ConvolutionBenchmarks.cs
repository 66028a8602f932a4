using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Convolution, forward and both gradients, in the shapes of cifar10_quick (batch 100) and AlexNet (batch 16).</summary>
public class ConvolutionBenchmarks : KernelBenchmarks
{
    private ConvolutionOp op = null!;
    private Tensor x;
    private Tensor w;
    private Tensor b;
    private Tensor y;
    private Tensor dx;
    private Tensor dw;
    private Tensor db;
    private Tensor workspace;

    /// <summary>The layers.</summary>
    public static IEnumerable<ConvolutionCase> Layers => ConvolutionCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public ConvolutionCase Layer { get; set; } = null!;

    [Benchmark]
    public void Forward()
    {
        op.Forward(x, w, b, y, workspace);
        Session.Synchronize();
    }

    [Benchmark]
    public void BackwardData()
    {
        op.BackwardData(y, w, dx, workspace);
        Session.Synchronize();
    }

    [Benchmark]
    public void BackwardWeights()
    {
        op.BackwardWeights(x, y, dw, db, workspace);
        Session.Synchronize();
    }

    /// <inheritdoc/>
    protected override void SetUp()
    {
        var geometry = Layer.Geometry;
        op = new ConvolutionOp(Session, geometry);
        x = Take(geometry.Input);
        w = Take(geometry.Weights);
        b = Take(geometry.Bias);
        // The output serves as its gradient too: only the shape matters to the time.
        y = Take(geometry.Output);
        dx = Take(geometry.Input);
        dw = Take(geometry.Weights);
        db = Take(geometry.Bias);
        workspace = TakeWorkspace(op.WorkspaceLength);
    }
}

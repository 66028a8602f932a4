using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Max and average pooling, forward and backward, in the shapes of cifar10_quick (batch 100) and AlexNet (batch 16).</summary>
public class PoolingBenchmarks : KernelBenchmarks
{
    private MaxPoolingOp max = null!;
    private AveragePoolingOp average = null!;
    private Tensor x;
    private Tensor y;
    private Tensor argmax;
    private Tensor dx;

    /// <summary>The layers.</summary>
    public static IEnumerable<PoolingCase> Layers => PoolingCase.All;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public PoolingCase Layer { get; set; } = null!;

    [Benchmark]
    public void MaxForward()
    {
        max.Forward(x, y, argmax);
        Session.Synchronize();
    }

    [Benchmark]
    public void MaxBackward()
    {
        max.Backward(y, argmax, dx);
        Session.Synchronize();
    }

    [Benchmark]
    public void AverageForward()
    {
        average.Forward(x, y);
        Session.Synchronize();
    }

    [Benchmark]
    public void AverageBackward()
    {
        average.Backward(y, dx);
        Session.Synchronize();
    }

    /// <inheritdoc/>
    protected override void SetUp()
    {
        var geometry = Layer.Geometry;
        max = new MaxPoolingOp(Session, geometry);
        average = new AveragePoolingOp(Session, geometry);
        x = Take(geometry.Input);
        y = Take(geometry.Output);
        argmax = Take(geometry.Output);
        dx = Take(geometry.Input);
        // The backward pass needs positions that a forward pass wrote.
        max.Forward(x, y, argmax);
    }
}

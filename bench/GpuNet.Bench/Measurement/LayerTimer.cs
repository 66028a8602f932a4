using System.Diagnostics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Bench.Measurement;

/// <summary>A layer that takes the time of each of its passes. It waits for the device after each, which a network in training does not do.</summary>
internal sealed class LayerTimer(DeviceSession session, Layer layer, BoundLayer inner) : BoundLayer
{
    /// <summary>The layer's name.</summary>
    public string Name => layer.Name;

    /// <summary>What kind of layer it is.</summary>
    public string Kind => layer.Kind;

    /// <summary>Shape of the output.</summary>
    public Shape Output { get; private set; }

    /// <summary>Milliseconds of each forward pass.</summary>
    public List<double> ForwardTimes { get; } = [];

    /// <summary>Milliseconds of each backward pass.</summary>
    public List<double> BackwardTimes { get; } = [];

    /// <summary>Nominal floating-point operations of a forward pass, counting taps on padding; 0 for a layer without weights.</summary>
    public double ForwardFlops { get; private set; }

    /// <summary>The same of a backward pass: once as many for the weights' gradient, and again for the input's where it is wanted.</summary>
    public double BackwardFlops { get; private set; }

    public override long WorkspaceLength => inner.WorkspaceLength;

    public override void Forward(LayerTensors t, Pass pass)
    {
        Output = t.Y.Shape;
        // Each output value is a sum over one filter, or one row of the weights: a product and an addition a weight.
        ForwardFlops = t.Parameters.Count > 0 ? 2.0 * t.Y.Length * t.W.Shape.ImageSize : 0;
        BackwardFlops = ForwardFlops * (t.NeedsDX ? 2 : 1);
        long start = Stopwatch.GetTimestamp();
        inner.Forward(t, pass);
        session.Synchronize();
        ForwardTimes.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    public override void Backward(LayerTensors t, Pass pass)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Backward(t, pass);
        session.Synchronize();
        BackwardTimes.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>Forgets the times so far: those of the warm-up.</summary>
    public void Clear()
    {
        ForwardTimes.Clear();
        BackwardTimes.Clear();
    }
}

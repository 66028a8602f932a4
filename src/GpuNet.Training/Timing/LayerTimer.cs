using GpuNet.Kernels.Devices;
using GpuNet.Layers;

namespace GpuNet.Training.Timing;

/// <summary>A layer that marks the end of each of its passes on a clock; a pass begins at the mark before.</summary>
internal sealed class LayerTimer(DeviceClock clock, Layer layer, BoundLayer inner) : BoundLayer
{
    private readonly PassSamples forward = new(layer, "forward");
    private readonly PassSamples backward = new(layer, "backward");

    /// <summary>Whether passes are timed; if not, they run as if the timer were not there.</summary>
    public bool IsOn { get; set; }

    /// <summary>The passes that have run under the timer.</summary>
    public IEnumerable<PassSamples> Passes => new[] { forward, backward }.Where(pass => pass.Milliseconds.Count > 0);

    public override long WorkspaceLength => inner.WorkspaceLength;

    public override void Forward(LayerTensors t, Pass pass)
    {
        inner.Forward(t, pass);
        if (IsOn)
            forward.End(clock, t.OutputShape, PassWork.OfForward(layer, t));
    }

    public override void Backward(LayerTensors t, Pass pass)
    {
        inner.Backward(t, pass);
        if (IsOn)
            backward.End(clock, t.OutputShape, PassWork.OfBackward(layer, t));
    }

    /// <summary>Reads what the passes of the last iteration took. Waits for the device.</summary>
    public void Read()
    {
        forward.Read(clock);
        backward.Read(clock);
    }

    public override void Dispose()
    {
        inner.Dispose();
        base.Dispose();
    }
}

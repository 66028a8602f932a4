using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Timing;

/// <summary>The times of one pass of a layer, iteration by iteration.</summary>
internal sealed class PassSamples(Layer layer, string pass)
{
    private int mark = -1;
    private Shape output;
    private PassWork work;

    /// <summary>Milliseconds of each iteration.</summary>
    public List<double> Milliseconds { get; } = [];

    /// <summary>Their median, with the pass's work.</summary>
    public PassTime Time => new(layer.Name, layer.Kind, pass, output, Quartiles.Of(Milliseconds).Median, work.Operations, work.Bytes);

    /// <summary>The pass has been launched.</summary>
    public void End(DeviceClock clock, Shape outputShape, PassWork done)
    {
        mark = clock.Mark();
        (output, work) = (outputShape, done);
    }

    /// <summary>Reads what it took in the last iteration, if it ran.</summary>
    public void Read(DeviceClock clock)
    {
        if (mark < 0)
            return;
        Milliseconds.Add(clock.Milliseconds(mark - 1, mark));
        mark = -1;
    }
}

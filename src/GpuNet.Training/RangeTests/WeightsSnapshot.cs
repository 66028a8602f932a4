using GpuNet.Layers;

namespace GpuNet.Training.RangeTests;

/// <summary>A network's parameters as they were, in host memory.</summary>
internal sealed class WeightsSnapshot
{
    private readonly Network network;
    private readonly float[][] values;

    private WeightsSnapshot(Network network)
    {
        this.network = network;
        values = [.. network.ParameterGroups.Select(group => new float[group.Value.Length])];
        for (int i = 0; i < values.Length; i++)
            network.ParameterGroups[i].Value.CopyTo(values[i]);
    }

    /// <summary>Takes one; waits for the device.</summary>
    public static WeightsSnapshot Of(Network network) => new(network);

    /// <summary>Gives the network the parameters back, to the bit.</summary>
    public void Restore()
    {
        for (int i = 0; i < values.Length; i++)
            network.ParameterGroups[i].Value.CopyFrom(values[i]);
    }
}

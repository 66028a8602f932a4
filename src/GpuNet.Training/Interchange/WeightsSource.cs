using GpuNet.Training.Data;

namespace GpuNet.Training.Interchange;

/// <summary>An open file that holds every parameter of a network, in the right shape, and nothing else that matters.</summary>
internal abstract class WeightsSource(Stream stream) : IDisposable
{
    /// <summary>The text kept with the weights.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>The mean kept with the weights: of each pixel, or of each channel, (1, C, 1, 1); null if there is none.</summary>
    public virtual ImageMean? Mean => null;

    /// <summary>Reads a parameter.</summary>
    /// <param name="parameter">Its position among the network's.</param>
    /// <param name="values">Gets all its values.</param>
    public abstract void Read(int parameter, Span<float> values);

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();
}

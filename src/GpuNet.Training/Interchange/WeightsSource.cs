namespace GpuNet.Training.Interchange;

/// <summary>An open file that holds every parameter of a network, in the right shape, and nothing else that matters.</summary>
/// <param name="stream">The file, which it closes.</param>
internal abstract class WeightsSource(Stream stream) : IDisposable
{
    /// <summary>Reads a parameter.</summary>
    /// <param name="parameter">Its position among the network's.</param>
    /// <param name="values">Gets all its values.</param>
    public abstract void Read(int parameter, Span<float> values);

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();
}

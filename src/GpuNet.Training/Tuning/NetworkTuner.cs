using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Layers;

namespace GpuNet.Training.Tuning;

/// <summary>Measures the tiles of a network's matrix products on a device: forward, data and weights of each convolution and inner product.</summary>
public static class NetworkTuner
{
    /// <summary>Measures layer by layer. Layers of equal sizes are measured once.</summary>
    /// <param name="session">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="rounds">Turns that each way to compute a product takes.</param>
    /// <param name="wanted">Which layers; null for all.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>Each pass when it is measured.</returns>
    /// <exception cref="TrainingException">There is no round.</exception>
    /// <exception cref="DeviceException">The device has nothing to tune, too little memory, or fails.</exception>
    public static IEnumerable<LayerTiming> Measure(
        DeviceSession session, NetworkBuilder network, int rounds, Func<Layer, bool>? wanted = null, CancellationToken cancellation = default)
    {
        ThrowIfInvalid(rounds);
        ProductTuner.ThrowIfNotTunable(session);
        var tuner = new ProductTuner(session, rounds);
        var seen = new HashSet<object>();
        foreach (var layer in network.Layers.Where(layer => wanted?.Invoke(layer) ?? true))
        {
            object? geometry = layer switch
            {
                Convolution convolution => convolution.GeometryOf(network.InputsOf(layer)),
                InnerProduct product => product.GeometryOf(network.InputsOf(layer)),
                _ => null,
            };
            if (geometry is null || !seen.Add(geometry))
                continue;
            var timings = geometry is Kernels.Convolution.ConvolutionGeometry sizes ? tuner.Measure(sizes, cancellation) : tuner.Measure((Kernels.MatrixMultiply.InnerProductGeometry)geometry, cancellation);
            foreach (var timing in timings)
                yield return new(layer.Name, layer.Kind, timing);
        }
    }

    /// <summary>Throws unless there are rounds to measure.</summary>
    /// <param name="rounds">The rounds.</param>
    /// <exception cref="TrainingException">There is none.</exception>
    public static void ThrowIfInvalid(int rounds)
    {
        if (rounds < 1)
            throw new TrainingException($"rounds is {rounds}; there must be at least 1 to measure. Leave it out for a good number.");
    }
}

namespace GpuNet.Kernels.Devices;

/// <summary>A measured peak: each worker's own speed, summed. Without their start and their waiting for each other it is what the cores could do
/// if work were shared perfectly.</summary>
/// <param name="Speed">10⁹ operations a second; a multiply-add counts as two.</param>
/// <param name="Balance">The slowest worker's speed as a share of the fastest's, 0 to 1. Well below 1 somebody else uses one of the cores.</param>
public readonly record struct PeakSpeed(double Speed, double Balance)
{
    // Undisturbed cores differ by a few per cent.
    private const double LeastBalance = 0.9;

    /// <summary>Whether the cores were equally fast, within a tenth. If not, somebody else had a share of one, and the speed is not the machine's peak.</summary>
    public bool IsSteady => Balance >= LeastBalance;

    internal static PeakSpeed Of(double operations, IEnumerable<double> seconds)
    {
        double[] speeds = [.. seconds.Select(taken => operations / taken / 1e9)];
        return new(speeds.Sum(), speeds.Min() / speeds.Max());
    }
}

using GpuNet.Kernels.Devices;

namespace GpuNet.Training.Timing;

/// <summary>A processor's multiply-add peak, measured several times in a run. A measurement in which somebody else had a share of a core is taken again,
/// since it would raise every share of the peak, but not for ever.</summary>
/// <param name="measure">Measures once.</param>
internal sealed class PeakSamples(Func<PeakSpeed> measure)
{
    private const int Patience = 4;

    private readonly List<PeakSpeed> taken = [];

    /// <summary>Median of the steady measurements, or of all if none was; in GFLOP/s.</summary>
    public double Median => Quartiles.Of((taken.Exists(peak => peak.IsSteady) ? taken.Where(peak => peak.IsSteady) : taken).Select(peak => peak.Speed)).Median;

    /// <summary>Whether most measurements were steady.</summary>
    public bool IsSteady => 2 * taken.Count(peak => peak.IsSteady) > taken.Count;

    /// <summary>Measures.</summary>
    public void Take()
    {
        var peak = measure();
        for (int again = 0; again < Patience && !peak.IsSteady; again++)
            peak = measure();
        taken.Add(peak);
    }
}

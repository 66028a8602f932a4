using System.Collections.Immutable;

namespace GpuNet.Training;

/// <summary>What a <see cref="LossCurve"/> is made of.</summary>
/// <param name="Width">Iterations of a window.</param>
/// <param name="Sums">The sum of the losses in each window, at most <see cref="LossCurve.Windows"/>.</param>
/// <param name="Counts">Their numbers.</param>
internal sealed record LossWindows(long Width, ImmutableArray<double> Sums, ImmutableArray<long> Counts);

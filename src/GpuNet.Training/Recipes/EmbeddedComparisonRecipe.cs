using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>
/// The comparison that needs no download: cifar10_quick on the embedded Fashion-MNIST subset, once for each of fixed, triangular,
/// triangular2 and exp_range, ending at the end of a cycle.
/// </summary>
public static class EmbeddedComparisonRecipe
{
    private const double BaseRate = 0.001;
    private const double MaxRate = 0.005;
    private const int Cycles = 3;
    private const int TrainImages = 10_000;

    // exp_range's bounds at the end of the run, as a share of those at its start.
    private const double FinalShare = 0.3;

    /// <summary>What all its runs share: 3 cycles of 400 iterations, batch 100, shuffled.</summary>
    public static Recipe Recipe { get; } = new("embedded_comparison", "cifar10_quick", 100, TrainImages,
        new(new FixedPolicy(BaseRate), 1200, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.004,
            TestInterval = 100,
        });

    /// <summary>The policies for a number of iterations: the step size is chosen so that the run is a whole number of cycles, if it can be.</summary>
    /// <param name="iterations">Iterations of each run, 1 or more.</param>
    /// <returns>fixed, triangular, triangular2, exp_range.</returns>
    public static IReadOnlyList<LearningRatePolicy> PoliciesFor(long iterations)
    {
        long step = StepFor(iterations);
        double gamma = Math.Round(Math.Pow(FinalShare, 1.0 / iterations), 7);
        return
        [
            new FixedPolicy(BaseRate),
            new TriangularPolicy(BaseRate, MaxRate, step),
            new Triangular2Policy(BaseRate, MaxRate, step),
            new ExponentialRangePolicy(BaseRate, MaxRate, step, gamma),
        ];
    }

    // As many cycles as the recipe has, or fewer if only they divide the iterations; a run of odd length ends inside its only cycle.
    private static long StepFor(long iterations)
    {
        for (int cycles = Cycles; cycles >= 1; cycles--)
        {
            if (iterations % (2 * cycles) == 0)
                return iterations / (2 * cycles);
        }

        return (iterations + 1) / 2;
    }
}

using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>How Caffe trains cifar10_full on CIFAR-10, and how arXiv 1506.01186 v6 trains it there (Tables 1 and 2).</summary>
public static class Cifar10FullRecipes
{
    private const double Gamma = 0.99994;

    /// <summary>
    /// Caffe's solver: 60,000 iterations at 0.001, 5,000 at 0.0001 and 5,000 at 0.00001, in file order; the paper's fixed rate: 81.4 %. Source:
    /// cifar10_full_solver.prototxt, _lr1 and _lr2 of BVLC/caffe.
    /// </summary>
    public static Recipe Caffe { get; } = new("cifar10_full", "cifar10_full", 100, 50_000,
        new(new MultistepPolicy(0.001, 0.1, 60_000, 65_000), 70_000, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.004,
            Shuffle = false,
            TestInterval = 1000,
            TestAtStart = true,
        });

    /// <summary>The paper's triangular2 in three stages of 4, 3 and 3 cycles (Table 2): 81.4 %, what the fixed rate reached in 70,000 iterations.</summary>
    public static Recipe Triangular2 { get; } = With(
        "cifar10_full_triangular2",
        new StagedPolicy(
            new PolicyStage(0, new Triangular2Policy(0.001, 0.005, 2000)),
            new PolicyStage(16_000, new Triangular2Policy(0.0001, 0.0005, 1000)),
            new PolicyStage(22_000, new Triangular2Policy(0.00001, 0.00005, 500))),
        25_000);

    /// <summary>The paper's decay, the control of <see cref="Triangular2"/>, that only falls from a high rate: 78.5 %.</summary>
    public static Recipe Decay { get; } = With("cifar10_full_decay", new DecayPolicy(0.001, 0.007, 4000), 25_000);

    /// <summary>The paper's exp, the control of <see cref="ExponentialRange"/>: 79.1 %. Its base rate is Caffe's, since the paper gives none.</summary>
    public static Recipe Exponential { get; } = With("cifar10_full_exp", new ExponentialPolicy(0.001, Gamma), 70_000);

    /// <summary>The paper's exp_range: 82.2 %. Its bounds are those that the paper reads from its range test, and its step is that of
    /// <see cref="Triangular2"/>, since the paper gives none.</summary>
    public static Recipe ExponentialRange { get; } = With("cifar10_full_exp_range", new ExponentialRangePolicy(0.001, 0.006, 2000, Gamma), 42_000);

    /// <summary>The paper's CIFAR-10 rows, <c>paper-cifar10</c>.</summary>
    public static ComparisonRecipe Paper { get; } = new("paper-cifar10", Caffe, Triangular2, Decay, Exponential, ExponentialRange);

    private static Recipe With(string name, LearningRatePolicy policy, long iterations) =>
        Caffe with { Name = name, Training = Caffe.Training with { Policy = policy, Iterations = iterations } };
}

using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>
/// Caffe's solver for cifar10_full: 60,000 iterations at 0.001, 5,000 at 0.0001 and 5,000 at 0.00001, in file order. About 81 % on
/// CIFAR-10; the baseline of arXiv 1506.01186.
/// </summary>
public static class Cifar10FullRecipe
{
    /// <summary>The recipe. Source: cifar10_full_solver.prototxt, _lr1 and _lr2 of BVLC/caffe.</summary>
    public static Recipe Recipe { get; } = new("cifar10_full", "cifar10_full", 100, 50_000,
        new(new MultistepPolicy(0.001, 0.1, 60_000, 65_000), 70_000, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.004,
            Shuffle = false,
            TestInterval = 1000,
            TestAtStart = true,
        });
}

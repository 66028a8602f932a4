using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>Caffe's solver for cifar10_quick: 4,000 iterations at 0.001, then 1,000 at 0.0001, in file order. About 75 % on CIFAR-10.</summary>
public static class Cifar10QuickRecipe
{
    /// <summary>The recipe. Source: cifar10_quick_solver.prototxt and cifar10_quick_solver_lr1.prototxt of BVLC/caffe.</summary>
    public static Recipe Recipe { get; } = new("cifar10_quick", "cifar10_quick", 100, 50_000,
        new(new MultistepPolicy(0.001, 0.1, 4000), 5000, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.004,
            Shuffle = false,
            TestInterval = 500,
            TestAtStart = true,
        });
}

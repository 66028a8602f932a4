using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Recipes;

/// <summary>
/// The schedule of arXiv 1506.01186, Table 2: cifar10_full in 25,000 iterations of triangular2, in three stages of 4, 3 and 3 cycles. The
/// paper reports 81.4 %, what Caffe's own schedule reaches in 70,000.
/// </summary>
public static class Cifar10Triangular2Recipe
{
    /// <summary>The recipe: <see cref="Cifar10FullRecipe"/> with the paper's policy.</summary>
    public static Recipe Recipe { get; } = Cifar10FullRecipe.Recipe with
    {
        Name = "cifar10_full_triangular2",
        Training = Cifar10FullRecipe.Recipe.Training with
        {
            Policy = new StagedPolicy(
                new PolicyStage(0, new Triangular2Policy(0.001, 0.005, 2000)),
                new PolicyStage(16_000, new Triangular2Policy(0.0001, 0.0005, 1000)),
                new PolicyStage(22_000, new Triangular2Policy(0.00001, 0.00005, 500))),
            Iterations = 25_000,
        },
    };
}

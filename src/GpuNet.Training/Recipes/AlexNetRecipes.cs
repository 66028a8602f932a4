using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>How Caffe trains AlexNet and CaffeNet on ImageNet, and how arXiv 1506.01186 v6 trains AlexNet there (Table 1).</summary>
public static class AlexNetRecipes
{
    /// <summary>Caffe's solver: 0.01, a tenth of it after every 100,000 of 450,000 iterations. Source: bvlc_alexnet's solver.prototxt.</summary>
    public static Recipe Caffe { get; } = new("alexnet", "alexnet", 256, ImageNet.TrainImages,
        new(new StepPolicy(0.01, 0.1, 100_000), 450_000, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.0005,
            Crop = 227,
            Mirror = true,
            TestInterval = 1000,
            TestAtStart = true,
        });

    /// <summary>Caffe's solver for CaffeNet, the same. Source: bvlc_reference_caffenet's solver.prototxt.</summary>
    public static Recipe CaffeNet { get; } = Caffe with { Name = "caffenet", Model = "caffenet" };

    /// <summary>The paper's triangular2: 58.4 %, where the fixed rate reached 58.0 % in as many iterations. A step is 6 epochs; the last cycle is cut short,
    /// so accuracies are compared at multiples of 60,000 iterations.</summary>
    public static Recipe Triangular2 { get; } = With("alexnet_triangular2", new Triangular2Policy(0.01, 0.015, 30_000), 400_000);

    /// <summary>The paper's exp, the control of <see cref="ExponentialRange"/>: 56.0 %. The paper also ran it for 460,000 iterations: 56.5 %.</summary>
    public static Recipe Exponential { get; } = With("alexnet_exp", new ExponentialPolicy(0.01, 0.999995), 300_000);

    /// <summary>The paper's exp_range: 56.5 %. Its step is that of triangular2, since the paper gives none.</summary>
    public static Recipe ExponentialRange { get; } = With("alexnet_exp_range", new ExponentialRangePolicy(0.006, 0.014, 30_000, 0.999995), 300_000);

    private static Recipe With(string name, LearningRatePolicy policy, long iterations) =>
        Caffe with { Name = name, Training = Caffe.Training with { Policy = policy, Iterations = iterations } };
}

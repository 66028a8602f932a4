using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Recipes;

/// <summary>How Caffe trains GoogLeNet on ImageNet, and how arXiv 1506.01186 v6 does (Table 1).</summary>
public static class GoogLeNetRecipes
{
    /// <summary>Caffe's solver: 0.01, less by 4 % after every 320,000 of 10,000,000 iterations. Source: bvlc_googlenet's solver.prototxt.</summary>
    public static Recipe Caffe { get; } = new("googlenet", "googlenet", 32, ImageNet.TrainImages,
        new(new StepPolicy(0.01, 0.96, 320_000), 10_000_000, new OptimizerOptions(OptimizerKind.Sgd, Momentum: 0.9))
        {
            WeightDecay = 0.0002,
            Crop = 224,
            Mirror = true,
            TestInterval = 4000,
        });

    /// <summary>Caffe's quick solver, which falls with the square root of what is left of 2,400,000 iterations: 68.7 %. Source: bvlc_googlenet's quick_solver.prototxt.</summary>
    public static Recipe Quick { get; } = Caffe with
    {
        Name = "googlenet_quick",
        Training = Caffe.Training with { Policy = new PolynomialPolicy(0.01, 0.5, 2_400_000), Iterations = 2_400_000 },
    };

    /// <summary>The paper's fixed rate, a best guess: 63.0 %. It fell in stages that the paper does not give; here it is 0.01 throughout.</summary>
    public static Recipe Fixed { get; } = With("googlenet_fixed", new FixedPolicy(0.01), 420_000);

    /// <summary>The paper's triangular2: 64.4 %, in as many iterations as <see cref="Fixed"/>. A step is 3 epochs.</summary>
    public static Recipe Triangular2 { get; } = With("googlenet_triangular2", new Triangular2Policy(0.01, 0.026, 30_000), 420_000);

    /// <summary>The paper's exp, the control of <see cref="ExponentialRange"/>: 58.2 %.</summary>
    public static Recipe Exponential { get; } = With("googlenet_exp", new ExponentialPolicy(0.01, 0.99998), 240_000);

    /// <summary>The paper's exp_range: 60.2 %. Its step is that of triangular2, since the paper gives none.</summary>
    public static Recipe ExponentialRange { get; } = With("googlenet_exp_range", new ExponentialRangePolicy(0.01, 0.026, 30_000, 0.99998), 240_000);

    // The paper's batch is four times Caffe's. Its decay and its momentum are not given: they are Caffe's.
    private static Recipe With(string name, LearningRatePolicy policy, long iterations) =>
        Caffe with { Name = name, Batch = 128, Training = Caffe.Training with { Policy = policy, Iterations = iterations } };
}

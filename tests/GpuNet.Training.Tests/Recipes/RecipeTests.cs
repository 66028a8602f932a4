using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Tests.Recipes;

public sealed class RecipeTests
{
    private static DeviceSession Session => TestDevice.Open("cpu");

    [TestCaseSource(typeof(RecipeCatalog), nameof(RecipeCatalog.All))]
    public void Every_recipe_is_valid_and_found_by_its_name(Recipe recipe)
    {
        Assert.That(recipe.ThrowIfInvalid, Throws.Nothing);
        Assert.That(RecipeCatalog.Find(recipe.Name), Is.SameAs(recipe));
        // Two of the paper's runs stop inside a cycle.
        Assert.That(recipe.Training.Plan.CycleWarning, recipe.Name switch
        {
            "alexnet_triangular2" => Does.Contain("360000 or 420000"),
            "cifar10_full_exp_range" => Does.Contain("40000 or 44000"),
            _ => Is.Null,
        });
    }

    [TestCase("cifar10_quick", 3999L, 0.001)]
    [TestCase("cifar10_quick", 4000L, 0.0001)]
    [TestCase("cifar10_full", 59_999L, 0.001)]
    [TestCase("cifar10_full", 60_000L, 0.0001)]
    [TestCase("cifar10_full", 65_000L, 0.00001)]
    [TestCase("cifar10_full_triangular2", 2000L, 0.005)]
    [TestCase("cifar10_full_triangular2", 17_000L, 0.0005)]
    [TestCase("cifar10_full_triangular2", 22_500L, 0.00005)]
    [TestCase("cifar10_full_decay", 0L, 0.007)]
    [TestCase("cifar10_full_decay", 2000L, 0.004)]
    [TestCase("cifar10_full_decay", 24_999L, 0.001)]
    [TestCase("cifar10_full_exp", 10_000L, 0.0005488017572)]
    [TestCase("cifar10_full_exp_range", 2000L, 0.0053215034621)]
    [TestCase("cifar10_full_exp_range", 40_000L, 0.00009071142157)]
    [TestCase("alexnet", 99_999L, 0.01)]
    [TestCase("alexnet", 100_000L, 0.001)]
    [TestCase("caffenet", 449_999L, 0.000001)]
    [TestCase("alexnet_triangular2", 30_000L, 0.015)]
    [TestCase("alexnet_triangular2", 90_000L, 0.0125)]
    [TestCase("alexnet_exp", 0L, 0.01)]
    [TestCase("alexnet_exp", 300_000L, 0.0022312932)]
    [TestCase("alexnet_exp_range", 30_000L, 0.0120499072)]
    [TestCase("googlenet", 320_000L, 0.0096)]
    [TestCase("googlenet_quick", 1_800_000L, 0.005)]
    [TestCase("googlenet_fixed", 419_999L, 0.01)]
    [TestCase("googlenet_triangular2", 30_000L, 0.026)]
    [TestCase("googlenet_exp", 60_000L, 0.0030119060)]
    [TestCase("googlenet_exp_range", 60_000L, 0.0030119060)]
    public void The_rates_are_those_of_the_solver_files(string recipe, long iteration, double rate)
    {
        Assert.That(RecipeCatalog.Find(recipe).Training.Policy.At(iteration), Is.EqualTo(rate).Within(1e-7 * rate));
    }

    [TestCase("cifar10_quick", 5000L, 100, 0.004, null, false, false, 500L, true)]
    [TestCase("cifar10_full", 70_000L, 100, 0.004, null, false, false, 1000L, true)]
    [TestCase("cifar10_full_triangular2", 25_000L, 100, 0.004, null, false, false, 1000L, true)]
    [TestCase("cifar10_full_decay", 25_000L, 100, 0.004, null, false, false, 1000L, true)]
    [TestCase("cifar10_full_exp", 70_000L, 100, 0.004, null, false, false, 1000L, true)]
    [TestCase("cifar10_full_exp_range", 42_000L, 100, 0.004, null, false, false, 1000L, true)]
    [TestCase("alexnet", 450_000L, 256, 0.0005, 227, true, true, 1000L, true)]
    [TestCase("alexnet_triangular2", 400_000L, 256, 0.0005, 227, true, true, 1000L, true)]
    [TestCase("alexnet_exp", 300_000L, 256, 0.0005, 227, true, true, 1000L, true)]
    [TestCase("alexnet_exp_range", 300_000L, 256, 0.0005, 227, true, true, 1000L, true)]
    [TestCase("caffenet", 450_000L, 256, 0.0005, 227, true, true, 1000L, true)]
    [TestCase("googlenet", 10_000_000L, 32, 0.0002, 224, true, true, 4000L, false)]
    [TestCase("googlenet_quick", 2_400_000L, 32, 0.0002, 224, true, true, 4000L, false)]
    [TestCase("googlenet_fixed", 420_000L, 128, 0.0002, 224, true, true, 4000L, false)]
    [TestCase("googlenet_triangular2", 420_000L, 128, 0.0002, 224, true, true, 4000L, false)]
    [TestCase("googlenet_exp", 240_000L, 128, 0.0002, 224, true, true, 4000L, false)]
    [TestCase("googlenet_exp_range", 240_000L, 128, 0.0002, 224, true, true, 4000L, false)]
    public void The_settings_are_those_of_the_solver_files(
        string name, long iterations, int batch, double decay, int? crop, bool mirror, bool shuffle, long testInterval, bool testAtStart)
    {
        var recipe = RecipeCatalog.Find(name);
        var training = recipe.Training;
        Assert.That((training.Iterations, recipe.Batch, training.Optimizer.Momentum, training.WeightDecay), Is.EqualTo((iterations, batch, 0.9, decay)));
        Assert.That((training.Crop, training.Mirror, training.Shuffle, training.TestInterval, training.TestAtStart), Is.EqualTo((crop, mirror, shuffle, testInterval, testAtStart)));
    }

    [TestCase(1200L, 200L)]
    [TestCase(600L, 100L)]
    [TestCase(400L, 100L)]
    [TestCase(14L, 7L)]
    [TestCase(1L, 1L)]
    public void The_embedded_comparison_ends_at_a_cycles_end_whatever_its_length(long iterations, long step)
    {
        var policies = EmbeddedComparisonRecipe.PoliciesFor(iterations);
        Assert.That(policies.Select(policy => policy.Name), Is.EqualTo((string[])["fixed", "triangular", "triangular2", "exp_range"]));
        Assert.That(policies.OfType<CyclicalPolicy>().Select(policy => policy.StepSize), Is.All.EqualTo(step));
        Assert.That(policies.Select(policy => PolicyText.Parse(policy.ToString())), Is.EqualTo(policies));
    }

    [Test]
    public void An_unknown_model_or_recipe_is_answered_with_the_list()
    {
        Assert.That(() => ModelCatalog.Find("alexnot"), Throws.TypeOf<TrainingException>().With.Message.Contains("'alexnot'").And.Message.Contains("cifar10_quick, cifar10_full"));
        Assert.That(() => RecipeCatalog.Find("cake"), Throws.TypeOf<TrainingException>().With.Message.Contains("'cake'").And.Message.Contains("cifar10_quick, "));
    }

    [Test]
    public void A_models_recipe_is_its_authors()
    {
        Assert.That(RecipeCatalog.ForModel("cifar10_quick"), Is.SameAs(Cifar10QuickRecipe.Recipe));
        Assert.That(RecipeCatalog.ForModel("cifar10_full"), Is.SameAs(Cifar10FullRecipes.Caffe));
        Assert.That(RecipeCatalog.ForModel("alexnet"), Is.SameAs(AlexNetRecipes.Caffe));
        Assert.That(RecipeCatalog.ForModel("caffenet"), Is.SameAs(AlexNetRecipes.CaffeNet));
        Assert.That(RecipeCatalog.ForModel("googlenet"), Is.SameAs(GoogLeNetRecipes.Caffe));
    }

    [TestCase(0, "the batch size is 0")]
    [TestCase(61, "the batch size is 61, but tiny train has 60 images")]
    public void A_batch_of_nothing_or_of_more_than_the_set_is_refused(int batch, string message)
    {
        var recipe = Cifar10QuickRecipe.Recipe with { Batch = batch };
        Assert.That(() => recipe.Compile(Session, Tiny.Data()), Throws.TypeOf<TrainingException>().With.Message.Contains(message));
    }

    [Test]
    public void A_recipes_network_can_be_trained_with_its_settings()
    {
        var recipe = Cifar10QuickRecipe.Recipe;
        recipe = recipe with { Batch = 20, Training = recipe.Training with { Iterations = 3, TestAtStart = false } };
        using var network = recipe.Compile(Session, Tiny.Data());
        using var trainer = new Trainer(network, Tiny.Data(), recipe.Training);
        Assert.That(trainer.Run().Outcome, Is.EqualTo(RunOutcome.Completed));
    }
}

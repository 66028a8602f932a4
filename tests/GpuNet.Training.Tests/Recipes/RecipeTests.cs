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
        Assert.That(recipe.Training.CycleWarning, Is.Null);
    }

    [TestCase("cifar10_quick", 3999L, 0.001)]
    [TestCase("cifar10_quick", 4000L, 0.0001)]
    [TestCase("cifar10_full", 59_999L, 0.001)]
    [TestCase("cifar10_full", 60_000L, 0.0001)]
    [TestCase("cifar10_full", 65_000L, 0.00001)]
    [TestCase("cifar10_full_triangular2", 2000L, 0.005)]
    [TestCase("cifar10_full_triangular2", 17_000L, 0.0005)]
    [TestCase("cifar10_full_triangular2", 22_500L, 0.00005)]
    public void The_rates_are_those_of_the_solver_files(string recipe, long iteration, double rate)
    {
        Assert.That(RecipeCatalog.Find(recipe).Training.Policy.At(iteration), Is.EqualTo(rate).Within(1e-15));
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
        Assert.That(RecipeCatalog.ForModel("cifar10_full"), Is.SameAs(Cifar10FullRecipe.Recipe));
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

using GpuNet.Training.LearningRates;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Tests.Recipes;

/// <summary>Recipes scaled to smaller sets: epochs stay.</summary>
public sealed class RecipeScalingTests
{
    [TestCaseSource(typeof(RecipeCatalog), nameof(RecipeCatalog.All))]
    public void A_recipe_scaled_to_its_own_set_and_batch_is_itself(Recipe recipe) =>
        Assert.That(recipe.ScaledTo(recipe.TrainImages, recipe.Batch), Is.EqualTo(recipe));

    // A set of a hundredth of the images, or as here batches a hundred times as large: steps of 30,000 become 300.
    [TestCase("alexnet", 4500L, 10L, "step:base=0.01,gamma=0.1,interval=1000")]
    [TestCase("alexnet_triangular2", 4000L, 10L, "triangular2:base=0.01,max=0.015,step=300")]
    [TestCase("googlenet_triangular2", 4200L, 40L, "triangular2:base=0.01,max=0.026,step=300")]
    [TestCase("googlenet_quick", 24_000L, 40L, "poly:base=0.01,power=0.5,iterations=24000")]
    [TestCase("googlenet_fixed", 4200L, 40L, "fixed:rate=0.01")]
    [TestCase("cifar10_full", 700L, 10L, "multistep:base=0.001,gamma=0.1,at=600+650")]
    [TestCase("cifar10_full_triangular2", 250L, 10L, "triangular2:base=0.001,max=0.005,step=20/triangular2:base=0.0001,max=0.0005,step=10@160/triangular2:base=1E-05,max=5E-05,step=5@220")]
    public void An_epoch_of_a_hundredth_of_the_updates_makes_a_hundredth_of_the_iterations(string name, long iterations, long testInterval, string policy)
    {
        var recipe = RecipeCatalog.Find(name);
        var scaled = recipe.ScaledTo(recipe.TrainImages, recipe.Batch * 100);
        Assert.That((scaled.Training.Iterations, scaled.Training.TestInterval), Is.EqualTo((iterations, testInterval)));
        Assert.That(scaled.Training.Policy, Is.EqualTo(PolicyText.Parse(policy)));
        Assert.That((scaled.Batch, scaled.TrainImages), Is.EqualTo((recipe.Batch * 100, recipe.TrainImages)));
    }

    // 800 images in batches of 16 are 50 updates an epoch, where AlexNet's recipe has 5,004.6.
    [Test]
    public void Epochs_of_a_step_stay_the_same_whatever_the_batch([Values(16, 32, 50)] int batch, [Values(800, 5000)] int images)
    {
        var recipe = RecipeCatalog.Find("alexnet_triangular2");
        var scaled = recipe.ScaledTo(images, batch);
        double before = 30_000 * 256.0 / recipe.TrainImages, after = ((Triangular2Policy)scaled.Training.Policy).StepSize * (double)batch / images;
        // Half an iteration of rounding.
        Assert.That(after, Is.EqualTo(before).Within(0.5 * batch / images));
        Assert.That(scaled, Is.EqualTo(recipe.ScaledTo(images, batch / 2, 2) with { Batch = batch, Training = scaled.Training }));
    }

    [Test]
    public void Batches_of_an_update_count_as_one_batch_of_their_images()
    {
        var recipe = RecipeCatalog.Find("googlenet");
        var whole = recipe.ScaledTo(5000, 64);
        var parts = recipe.ScaledTo(5000, 16, iterationSize: 4);
        Assert.That(parts.Training, Is.EqualTo(whole.Training with { IterationSize = 4 }));
        Assert.That(parts.ScaledTo(5000, 64), Is.EqualTo(whole));
    }

    [Test]
    public void Whole_cycles_stay_whole([Values("googlenet_triangular2", "googlenet_exp_range", "alexnet_exp_range", "cifar10_full_triangular2")] string name, [Values(37, 800, 3333, 60_001)] int images)
    {
        var recipe = RecipeCatalog.Find(name);
        var scaled = recipe.ScaledTo(images, 16);
        if (recipe.Training.Policy.CycleLength is { } cycle)
            Assert.That((double)scaled.Training.Iterations / scaled.Training.Policy.CycleLength!.Value, Is.EqualTo((double)recipe.Training.Iterations / cycle));
        else
            Assert.That(((StagedPolicy)scaled.Training.Policy).Stages.Select(stage => (double)stage.Start / scaled.Training.Iterations), Is.EqualTo((double[])[0, 0.64, 0.88]));
    }

    // The decay of a whole run is that of the original.
    [TestCase("alexnet_exp")]
    [TestCase("alexnet_exp_range")]
    [TestCase("googlenet_exp")]
    [TestCase("googlenet_exp_range")]
    public void Gamma_decays_as_much_over_the_run(string name)
    {
        var recipe = RecipeCatalog.Find(name);
        var scaled = recipe.ScaledTo(800, 16);
        double before = recipe.Training.Policy.At(recipe.Training.Iterations), after = scaled.Training.Policy.At(scaled.Training.Iterations);
        // exp has no step that could be rounded, but its iterations are: by half of one at most.
        Assert.That(after, Is.EqualTo(before).Within(0.001 * before));
        Assert.That(scaled.Training.Iterations, Is.LessThan(recipe.Training.Iterations / 50));
    }

    [Test]
    public void A_recipe_that_tests_at_the_end_only_goes_on_doing_so()
    {
        var recipe = RecipeCatalog.Find("alexnet");
        recipe = recipe with { Training = recipe.Training with { TestInterval = 0 } };
        Assert.That(recipe.ScaledTo(800, 16).Training.TestInterval, Is.Zero);
        Assert.That(RecipeCatalog.Find("alexnet").ScaledTo(1, 16).Training.TestInterval, Is.EqualTo(1));
    }

    [Test]
    public void Numbers_below_1_are_refused([Values(0, -1)] int number)
    {
        var recipe = RecipeCatalog.Find("alexnet");
        Assert.That(() => recipe.ScaledTo(number, 16), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => recipe.ScaledTo(800, number), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => recipe.ScaledTo(800, 16, number), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That((recipe with { TrainImages = number }).ThrowIfInvalid, Throws.TypeOf<TrainingException>());
    }
}

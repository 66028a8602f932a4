using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests;

public sealed class TrainingMemoryTests
{
    // Arenas have some slack, 320 bytes each.
    private const int Slack = 20 * 320;

    private static readonly ImageDataset Images = Set();

    private static Recipe Recipe => Cifar10QuickRecipe.Recipe with { Batch = 32 };

    [TestCase(1, "sgd", 1)]
    [TestCase(3, "sgd", 2)]
    [TestCase(1, "adagrad", 1)]
    [TestCase(3, "adam", 3)]
    public void The_plan_is_what_a_run_takes(int iterationSize, string optimizer, int copies)
    {
        using var session = DeviceSession.OpenCpu(1);
        var recipe = Recipe with { Training = Recipe.Training with { IterationSize = iterationSize, ClipGradients = 1, Optimizer = OptimizerText.Parse(optimizer) } };
        var plan = TrainingMemory.PlanOrThrow(session, recipe, Images);
        Assert.That(session.HeldBytes, Is.Zero);
        using var network = recipe.Compile(session, Images);
        using var trainer = new Trainer(network, Images, recipe.Training);
        var taken = TrainingMemory.Of(network.MemoryPlan, recipe.Training, trainer.Feed.DeviceBytes);
        Assert.That(taken with { Images = 0 }, Is.EqualTo(plan with { Images = 0 }));
        Assert.That(taken.OptimizerState + taken.GradientSums, Is.EqualTo(copies * network.MemoryPlan.Parameters));
        Assert.That(session.HeldBytes, Is.InRange(taken.Total, taken.Total + Slack));
        Assert.That(taken.ToString().Contains("sums of gradients", StringComparison.Ordinal), Is.EqualTo(iterationSize > 1));
    }

    [Test]
    public void What_fits_no_more_is_refused_with_the_batch_that_does()
    {
        long needed = PlanOf(20).Total;
        using var session = TestDevice.OpenSmall(needed, needed);
        Assert.That(TrainingMemory.PlanOrThrow(session, Recipe with { Batch = 20 }, Images).Total, Is.EqualTo(needed));
        // 32 images, as 2 batches of 16, the largest divisor up to 20.
        var refusal = Assert.Throws<DeviceException>(() => TrainingMemory.PlanOrThrow(session, Recipe, Images));
        Assert.That(refusal!.Message, Does.StartWith("cifar10_quick: a batch of 32 images needs ").And.Contain("'simulated-gpu'").And.Contain(" free. The largest batch that fits is 20. Use --batch 16 --iter-size 2 to keep 32 images"));
        Assert.That(session.HeldBytes, Is.Zero);
        using var network = (Recipe with { Batch = 16 }).Compile(session, Images);
    }

    [Test]
    public void What_no_single_buffer_holds_is_refused_too()
    {
        long largest = PlanOf(9).Network.LargestBuffer;
        using var session = TestDevice.OpenSmall(1L << 40, largest);
        var recipe = Recipe with { Batch = 9, Training = Recipe.Training with { IterationSize = 4 } };
        TrainingMemory.PlanOrThrow(session, recipe, Images);
        Assert.That(() => TrainingMemory.PlanOrThrow(session, recipe with { Batch = 10 }, Images),
            Throws.TypeOf<DeviceException>().With.Message.Contains("in one buffer").And.Message.Contains("The largest batch that fits is 9. Use --batch 8 --iter-size 5 to keep 40 images"));
    }

    [Test]
    public void A_prime_number_of_images_is_not_taken_one_by_one()
    {
        long needed = PlanOf(20).Total;
        using var session = TestDevice.OpenSmall(needed, needed);
        Assert.That(() => TrainingMemory.PlanOrThrow(session, Recipe with { Batch = 37 }, Images),
            Throws.TypeOf<DeviceException>().With.Message.Contains("Use --batch 18 --iter-size 2 for 36 images an iteration instead of 37"));
    }

    [Test]
    public void Where_nothing_fits_no_batch_is_proposed()
    {
        using var session = TestDevice.OpenSmall(100_000, 100_000);
        Assert.That(() => TrainingMemory.PlanOrThrow(session, Recipe, Images), Throws.TypeOf<DeviceException>().With.Message.Contains("0.1 MB free").And.Message.Contains("Not even a batch of 1"));
    }

    [Test]
    public void Bisection_finds_the_largest_of_any([Range(0, 40)] int largest)
    {
        Assert.That(TrainingMemory.LargestBatch(41, batch => batch <= largest), Is.EqualTo(largest));
    }

    [Test]
    public void The_processor_has_some_memory_and_not_more_than_the_machine()
    {
        using var session = DeviceSession.OpenCpu(1);
        Assert.That(session.FreeBytes, Is.InRange(1, session.Description.MemoryBytes));
        Assert.That(session.LargestBufferBytes, Is.EqualTo(long.MaxValue));
    }

    private static TrainingMemory PlanOf(int batch) => TrainingMemory.Plan(TestDevice.Open("simulated-gpu"), Recipe with { Batch = batch }, Images);

    private static ImageDataset Set()
    {
        var set = Sets.Of(new Shape(1, 3, 16, 16), 40);
        return new("images", set, set);
    }
}

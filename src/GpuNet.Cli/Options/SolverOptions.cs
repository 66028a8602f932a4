using System.CommandLine;
using GpuNet.Training;
using GpuNet.Training.Data;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Cli.Options;

/// <summary>The options that change a recipe's settings, one by one.</summary>
internal sealed class SolverOptions
{
    private readonly Option<long?> iterations;
    private readonly Option<int?> batch = OptionFactory.Whole<int>("--batch", "Images of a batch [default: the recipe's]", "a whole number, 1 or more");
    private readonly Option<int?> iterationSize = OptionFactory.Whole<int>("--iter-size", "Batches of an iteration, whose gradients are summed before the update, so that it learns from that many times --batch images in the memory of one batch [default: 1]", "a whole number, 1 or more");
    private readonly Option<ulong?> seed = OptionFactory.Whole<ulong>("--seed", "Seed of the initial weights, batch order, crops, mirrors and dropout [default: 1]", "a whole number from 0 to 18446744073709551615");
    private readonly Option<OptimizerOptions?> optimizer = OptionFactory.Optimizer("How gradients become updates, forms below [default: the recipe's]");
    private readonly Option<double?> momentum = OptionFactory.Real("--momentum", "The optimizer's momentum, from 0 to below 1 [default: the recipe's, or that of --optimizer]", "a number from 0 to below 1");
    private readonly Option<MomentumRange?> momentumRange = new("--momentum-range")
    {
        Description = "Momentum at the lowest and at the highest rate of a policy with cycles, against which it moves, such as 0.95-0.85 [default: constant]",
        HelpName = "HIGH-LOW",
        CustomParser = argument =>
        {
            if (MomentumRange.TryParse(argument.Tokens[0].Value, out var range))
                return range;
            argument.AddError($"--momentum-range is '{argument.Tokens[0].Value}'; it must be two numbers from 0 to below 1, the higher one first, such as 0.95-0.85.");
            return null;
        },
    };
    private readonly Option<double?> weightDecay = OptionFactory.Real("--weight-decay", "L2 weight decay, 0 or above [default: the recipe's]", "a number, 0 or above");
    private readonly Option<double?> clipGradients = OptionFactory.Real("--clip-gradients", "Largest L2 norm of all gradients together, above which they are scaled down to it, before weight decay [default: none]", "a number above 0");
    private readonly Option<ImageOrder?> order = OptionFactory.Choice("--order", "Batches in the set's own order, or shuffled anew each epoch [default: the recipe's]", ("file", ImageOrder.File), ("shuffled", ImageOrder.Shuffled));
    private readonly Option<int?> crop = CropOption("in training at a random place, in evaluation in the middle");
    private readonly Option<bool?> mirror = new("--mirror") { Description = "Mirror images left to right in training, every other one by chance; false does not [default: the recipe's]" };
    private readonly Option<FeedMode?> feed = OptionFactory.Choice("--feed", "Whether all images lie on the device, or each batch's are copied there while the one before is computed; auto keeps them there if they take at most half of the free memory; changes the speed only [default: auto]", ("auto", FeedMode.Auto), ("resident", FeedMode.Resident), ("streamed", FeedMode.Streamed));
    private readonly Option<long?> testInterval;
    private readonly Option<bool> tenCrop = TenCropOption("Evaluate once more at the end");
    private readonly Option<long?> display = OptionFactory.Whole<long>("--display", "Iterations between readings of the loss [default: 1 on the CPU, 20 elsewhere]", "a whole number, 1 or more");

    public SolverOptions(Command command, string iterationsHelp, string testIntervalHelp)
    {
        iterations = OptionFactory.Whole<long>("--iterations", iterationsHelp, $"a whole number from 1 to {TrainingOptions.MaxIterations}");
        testInterval = OptionFactory.Whole<long>("--test-interval", testIntervalHelp, "a whole number, 0 or more");
        foreach (Option option in new Option[] { iterations, batch, iterationSize, seed, optimizer, momentum, momentumRange, weightDecay, clipGradients, order, crop, mirror, feed, testInterval, tenCrop, display })
            command.Options.Add(option);
    }

    /// <summary><c>--crop</c>.</summary>
    public static Option<int?> CropOption(string where, string defaultText = "the recipe's") =>
        OptionFactory.Whole<int>("--crop", $"Side of the square of each image that the network is made for and sees, {where} [default: {defaultText}]", "a whole number, 1 or more");

    /// <summary><c>--ten-crop</c>.</summary>
    public static Option<bool> TenCropOption(string what) => new("--ten-crop")
    {
        Description = $"{what} on ten windows of each image, the corners and the middle, mirrored and not, and count on the mean of their probabilities; needs a --crop smaller than the images",
    };

    /// <summary>Whether <c>--iterations</c> is given, and what it says.</summary>
    public long? Iterations(ParseResult parsed) => parsed.GetValue(iterations);

    /// <summary>Whether the test interval was given.</summary>
    public bool HasTestInterval(ParseResult parsed) => parsed.GetValue(testInterval) is not null;

    /// <summary>Checks that a recipe can be trained on a data set. Touches no device.</summary>
    public static void ThrowUnlessFits(Recipe recipe, ImageDataset images)
    {
        CropRules.Build(recipe.Training.Crop, () => recipe.ThrowUnlessFits(images));
        if (recipe.Training.TenCrop)
            TenCropEvaluator.ThrowUnlessPossible(images.Test, recipe.Training.Crop);
    }

    /// <summary>A recipe with the settings that were given in place of its own.</summary>
    public Recipe Apply(ParseResult parsed, Recipe recipe)
    {
        var training = recipe.Training;
        var update = parsed.GetValue(optimizer) ?? training.Optimizer;
        return recipe with
        {
            Batch = parsed.GetValue(batch) ?? recipe.Batch,
            Training = training with
            {
                Iterations = parsed.GetValue(iterations) ?? training.Iterations,
                IterationSize = parsed.GetValue(iterationSize) ?? training.IterationSize,
                Optimizer = update with { Momentum = parsed.GetValue(momentum) ?? update.Momentum },
                WeightDecay = parsed.GetValue(weightDecay) ?? training.WeightDecay,
                ClipGradients = parsed.GetValue(clipGradients) ?? training.ClipGradients,
                Seed = parsed.GetValue(seed) ?? training.Seed,
                MomentumRange = parsed.GetValue(momentumRange) ?? training.MomentumRange,
                Shuffle = parsed.GetValue(order) is { } asked ? asked == ImageOrder.Shuffled : training.Shuffle,
                Crop = parsed.GetValue(crop) ?? training.Crop,
                Mirror = parsed.GetValue(mirror) ?? training.Mirror,
                Feed = parsed.GetValue(feed) ?? training.Feed,
                TestInterval = parsed.GetValue(testInterval) ?? training.TestInterval,
                TenCrop = parsed.GetValue(tenCrop) || training.TenCrop,
                DisplayInterval = parsed.GetValue(display) ?? training.DisplayInterval,
            },
        };
    }
}

using System.Text.RegularExpressions;

namespace GpuNet.Cli.Tests;

/// <summary><c>--recipe</c> and <c>--scale-to-data</c>.</summary>
public sealed class RecipeTests
{
    private TinyData folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TinyData();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    // 40 images by 8 are 5 updates an epoch, where the recipe has 500.
    [Test]
    public void A_recipe_is_scaled_to_the_data_and_says_what_it_has_become()
    {
        var result = Gpunet.Run(["train", .. folder.Options, "--recipe", "cifar10_full_triangular2", "--scale-to-data"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("Recipe cifar10_full_triangular2, made for 50000 images by 100, scaled by 0.01 to 40 images by 8: 250 iterations, a test every 10, triangular2:base=0.001,max=0.005,step=20/triangular2:base=0.0001,max=0.0005,step=10@160/"));
        Assert.That(result.Error, Does.Contain("iteration 250/250"));
        Assert.That(File.ReadAllText(Path.Combine(folder.Out, "run.json")), Does.Contain("triangular2:base=0.001,max=0.005,step=20/"));
    }

    [Test]
    public void What_other_options_say_is_not_scaled()
    {
        var result = Gpunet.Run(["train", .. folder.Options, "--recipe", "cifar10_quick", "--scale-to-data", "--iterations", "3", "--test-interval", "2", "--policy", "step:base=0.001,gamma=0.5,interval=7", "--iter-size", "2"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("scaled by 0.005 to 40 images by 16: 25 iterations").And.Contain("iteration 2/3").And.Contain("step:base=0.001,gamma=0.5,interval=7"));
    }

    [Test]
    public void Every_recipe_of_a_comparison_is_a_run_before_those_of_the_policies()
    {
        var result = Gpunet.Run(["compare", .. folder.Options, "--recipe", "cifar10_full", "--recipe", "cifar10_full_triangular2", "--policy", "fixed:rate=0.002", "--scale-to-data", "--iterations", "4"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Error, Does.Contain("Recipe cifar10_full, made for").And.Contain("Recipe cifar10_full_triangular2, made for"));
        Assert.That(result.Error, Does.Contain("cifar10_full: run 1 of 3, multistep:base=0.001,gamma=0.1,at=600+650, 4 iterations"));
        Assert.That(result.Error, Does.Contain("cifar10_full_triangular2: run 2 of 3, triangular2:base=0.001,max=0.005,step=20/"));
        Assert.That(result.Error, Does.Contain("fixed: run 3 of 3, fixed:rate=0.002, 4 iterations"));
        Assert.That(result.Output, Does.Contain("Test accuracy of cifar10_full on"));
    }

    [Test]
    public void The_papers_comparison_has_each_row_with_its_own_iterations()
    {
        var result = Gpunet.Run(["compare", .. folder.Options, "--recipe", "paper-cifar10", "--dry-run"]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Match(@"(?s)\n  cifar10_full +70000 .*\n  cifar10_full_triangular2 +25000 .*\n  cifar10_full_decay +25000 .*\n  cifar10_full_exp +70000 .*\n  cifar10_full_exp_range +42000 "));
        Assert.That(result.Output, Does.Match(@"(?m)^  test interval +1000 "));
    }

    [Test]
    public void GoogLeNet_trains_with_its_heads_on_a_small_crop_and_is_evaluated_and_predicts_without_them()
    {
        using var larger = new TinyData(size: 50);
        var trained = Gpunet.Run(["train", .. larger.Options, "--model", "googlenet", "--crop", "47", "--iterations", "2"]);
        Assert.That(trained.Code, Is.Zero, trained.Error);
        Assert.That(trained.Error, Does.Contain("loss2/loss").And.Contain("iteration 2/2"));
        string weights = Path.Combine(larger.Out, "weights.safetensors");
        var evaluated = Gpunet.Run("eval", "--weights", weights, "--dataset", "idx", "--data", larger.Data, "--device", "cpu");
        Assert.That(evaluated.Code, Is.Zero, evaluated.Error);
        Assert.That(evaluated.Output, Does.Contain("googlenet"));
        string picture = larger.At("picture.png");
        TinyPictures.Draw(picture, 80, 60, new(20, 40, 60));
        var predicted = Gpunet.Run("predict", "--weights", weights, "--device", "cpu", "--top", "3", picture);
        Assert.That(predicted.Code, Is.Zero, predicted.Error);
        Assert.That(predicted.Output, Does.Match($@"{Regex.Escape(picture)} +1 +[0-3] .* %\s+2 +[0-3] .* %\s+3 +[0-3] .* %"));
    }

    // Caffe's recipe mirrors.
    [TestCase(true)]
    [TestCase(true, "--mirror")]
    [TestCase(false, "--mirror", "false")]
    public void What_a_recipe_mirrors_may_be_left_as_it_is(bool mirrored, params string[] options)
    {
        using var larger = new TinyData(size: 47);
        var trained = Gpunet.Run(["train", .. larger.Options, "--model", "googlenet", "--crop", "47", "--iterations", "1", .. options]);
        Assert.That(trained.Code, Is.Zero, trained.Error);
        Assert.That(File.ReadAllText(Path.Combine(larger.Out, "run.json")), Does.Contain($"\"mirror\": {(mirrored ? "true" : "false")}"));
    }

    [TestCase("train", "--recipe", "cake", "recipe 'cake' is not known")]
    [TestCase("train", "--recipe", "alexnet", "--model", "googlenet", "recipe 'alexnet' trains alexnet, but --model asks for googlenet")]
    [TestCase("train", "--recipe", "paper-cifar10", "recipe 'paper-cifar10' is a comparison of 5 recipes, for gpunet compare. Choose one of them: cifar10_full, ")]
    [TestCase("compare", "--recipe", "googlenet", "--recipe", "alexnet", "recipe 'alexnet' trains alexnet, but recipe 'googlenet' trains googlenet")]
    public void A_recipe_that_does_not_go_with_the_rest_is_refused(params string[] args)
    {
        var result = Gpunet.Run([args[0], .. folder.Options, .. args[1..^1]]);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(args[^1]));
        Assert.That(Directory.Exists(folder.Out), Is.False);
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.Data.Pictures;
using GpuNet.Training.Recipes;
using GpuNet.Training.Tests.Data;
using GpuNet.Training.Tests.Data.Pictures;
using SkiaSharp;

namespace GpuNet.Training.Tests;

/// <summary>Networks that train on pictures in folders, are evaluated on them, and predict them.</summary>
public sealed class PictureTrainingTests
{
    private const int Side = 12;
    private const int Batch = 5;

    private readonly TemporaryFolder folder = new();
    private string root = "";

    [OneTimeSetUp]
    public void Draw() => root = PictureFiles.DrawFolder(folder);

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void The_weights_do_not_depend_on_the_number_of_threads()
    {
        var (weights, losses) = Train(DataOf(workers: 1), Options);
        Assert.That(losses, Has.Count.EqualTo(30));
        foreach (int workers in new[] { 2, 7 })
        {
            var (others, _) = Train(DataOf(workers), Options);
            Assert.That(others, Is.EqualTo(weights));
        }
    }

    // Not without a mean: the classes are one picture at three brightnesses, whose order of scores a network without biases cannot change.
    [TestCase("image")]
    [TestCase("104,117,123")]
    public void A_network_learns_pictures_and_predicts_them(string mean)
    {
        var data = DataOf(2);
        var options = Options with { Mean = PixelMean.Parse(mean)!, Iterations = 200 };
        using var session = DeviceSession.OpenCpu(1);
        using var network = Model(data).Compile(session, 1);
        using (var trainer = new Trainer(network, data, options))
        {
            Assert.That(trainer.Feed.ToString(), Does.StartWith("decoded from files"));
            Assert.That(trainer.Run().Last!.Value.Accuracy, Is.EqualTo(1));
        }

        // As files that belong to no set, two batches of them; one is no picture.
        string[] files = [.. Enumerable.Range(0, data.Test.Count).Select(((PictureSet)data.Test).File), folder.Write("bad.png", []), ((PictureSet)data.Test).File(0)];
        var skipped = new List<string>();
        var set = new PictureSet("files", files, new int[files.Length], data.ClassNames, PictureFiles.Options with { MostBadFiles = int.MaxValue, Skipped = skipped.Add });
        var values = new ImageMean(new Shape(1, 3, Side, Side), options.Mean.Of(data.Train, new(Side, Side)));
        using var predictor = new Predictor(network, set, values, Side);
        for (int pass = 0; pass < 2; pass++)
        {
            Prediction[] predictions = [.. predictor.Run(2)];
            Assert.That(predictions.Select(prediction => prediction.Picture), Is.EqualTo((int[])[0, 1, 2, 3, 4, 5, 7]));
            Assert.That(predictions.Select(prediction => prediction.Classes[0].Class), Is.EqualTo((int[])[0, 0, 1, 1, 2, 2, 0]));
            Assert.That(predictions.Select(prediction => prediction.Classes), Is.All.Count.EqualTo(2));
            Assert.That(predictions[6].Classes, Is.EqualTo(predictions[0].Classes));
            Assert.That(predictions[0].Classes[0].Probability, Is.InRange(predictions[0].Classes[1].Probability, 1));
        }

        Assert.That(skipped, Has.Count.EqualTo(1));
    }

    [Test]
    public void No_mean_is_a_mean_of_zeros()
    {
        var (weights, losses) = Train(DataOf(2), Options with { Mean = PixelMean.None });
        var (zeros, _) = Train(DataOf(2), Options with { Mean = PixelMean.OfChannels(0, 0, 0) });
        var (_, centred) = Train(DataOf(2), Options);
        Assert.That(weights, Is.EqualTo(zeros));
        Assert.That(losses[0], Is.Not.EqualTo(centred[0]));
    }

    [Test]
    public void Ten_crops_of_pictures_are_evaluated()
    {
        var data = DataOf(2);
        using var session = DeviceSession.OpenCpu(1);
        using var network = Model(data).Compile(session, 1);
        using var trainer = new Trainer(network, data, Options with { TenCrop = true });
        Assert.That(trainer.Run().TenCrop!.Value.Accuracy, Is.GreaterThan(0.6));
    }

    [Test]
    public void A_bad_file_counts_for_nothing_and_too_many_end_the_run()
    {
        using var other = new TemporaryFolder();
        PictureFiles.DrawFolder(other);
        Spoil(3);
        var (weights, losses) = Train(Open(), Options);
        Assert.That(weights, Is.All.Matches<float>(float.IsFinite));
        Assert.That(losses[0], Is.GreaterThan(0));
        Assert.That(losses, Is.All.Matches<double>(double.IsFinite));
        Spoil(8);
        Assert.That(() => Train(Open(), Options), Throws.TypeOf<DataException>().With.Message.Contains("at most 1 may be skipped").And.Message.Contains("--max-bad-files"));

        ImageDataset Open() => PictureFolder.Open(other.Root, PictureFiles.Options with { MostBadFiles = 1 });
        void Spoil(int file) => File.WriteAllText(((PictureSet)Open().Train).File(file), "no picture");
    }

    [TestCase("no picture")]
    [TestCase(null)]
    public void A_picture_that_changes_under_the_run_ends_it_however_many_may_be_bad(string? content)
    {
        using var other = new TemporaryFolder();
        PictureFiles.DrawFolder(other);
        var data = PictureFolder.Open(other.Root, PictureFiles.Options with { MostBadFiles = int.MaxValue });
        var set = (PictureSet)data.Train;
        Assert.That(Train(data, Options).Losses, Is.All.Matches<double>(double.IsFinite));
        if (content is null)
            File.Copy(set.File(4), set.File(3), overwrite: true);
        else
            File.WriteAllText(set.File(3), content);
        Assert.That(() => Train(data, Options), Throws.TypeOf<DataException>().With.Message.Contains("a file has changed since the run read it first").And.Message.Contains(set.File(3)));
    }

    [Test]
    public void A_batch_without_a_picture_changes_nothing()
    {
        using var other = new TemporaryFolder();
        string[] files = [.. Enumerable.Range(0, 4).Select(i => other.Write($"{i}.png", []))];
        var bad = new PictureSet("bad", files, [0, 1, 2, 0], ["a", "b", "c"], PictureFiles.Options with { MostBadFiles = int.MaxValue });
        var (weights, losses) = Train(new("bad", bad, DataOf(1).Test), Options with { WeightDecay = 0, Iterations = 2 }, batch: 4);
        using var session = DeviceSession.OpenCpu(1);
        using var untrained = Model(DataOf(1), 4).Compile(session, 1);
        Assert.That(losses, Is.All.EqualTo(0));
        Assert.That(weights, Is.EqualTo(untrained.Parameters.SelectMany(parameter => parameter.Value.ToArray())));
    }

    [TestCase(false, 2)]
    [TestCase(true, 3)]
    public void The_plan_counts_what_is_decoded_ahead(bool tenCrop, int feeds)
    {
        var data = DataOf(1);
        var recipe = Cifar10QuickRecipe.Recipe with { Batch = 8, Training = Options with { TenCrop = tenCrop } };
        using var session = DeviceSession.OpenCpu(1);
        var plan = TrainingMemory.Plan(session, recipe, data);
        using var network = recipe.Compile(session, data);
        using var trainer = new Trainer(network, data, recipe.Training);
        Assert.That(plan.Images, Is.EqualTo(feeds * 5 * 8 * 3 * Side * Side));
        // Placements, the mean and padding besides.
        Assert.That(trainer.Feed.DeviceBytes + trainer.Feed.HostBytes + trainer.Feed.PictureBytes, Is.InRange(plan.Images, plan.Images + 10_000));
    }

    [Test]
    public void More_classes_than_a_byte_counts_are_told_apart()
    {
        using var other = new TemporaryFolder();
        const int Classes = 300;
        string[] files = [.. Enumerable.Range(0, Classes).Select(i => PictureFiles.Draw(other.At($"{i}.png"), 4, 4, (_, _) => new SKColor((byte)(i / 2), (byte)(i % 2 * 255), 0)))];
        var set = new PictureSet("many", files, [.. Enumerable.Range(0, Classes)], [.. Enumerable.Range(0, Classes).Select(i => $"{i}")], PictureFiles.Options with { Size = new(4, 4) });
        using var session = DeviceSession.OpenCpu(1);
        var builder = new NetworkBuilder(new(Classes, 3, 4, 4), Classes);
        builder.SoftmaxLoss("loss", builder.InnerProduct("ip", builder.Input, Classes));
        using var network = builder.Compile(session, 1);
        using var trainer = new Trainer(network, new("many", set, set), Tiny.Options(1) with { Shuffle = false, Mean = PixelMean.None });
        trainer.Run();
        Assert.That(network.Labels.ToArray(), Is.EqualTo(Enumerable.Range(0, Classes).Select(i => (float)i)));
    }

    private static TrainingOptions Options => Tiny.Options(30, 0.00001) with { Crop = Side, Mirror = true, Mean = PixelMean.OfChannels(100, 100, 100) };

    private static NetworkBuilder Model(ImageDataset data, int batch = Batch)
    {
        var builder = new NetworkBuilder(new(batch, 3, Side, Side), data.Train.Classes);
        builder.SoftmaxLoss("loss", builder.InnerProduct("ip2", builder.Relu("relu1", builder.InnerProduct("ip1", builder.Input, 20)), data.Train.Classes));
        return builder;
    }

    private static (float[] Weights, IReadOnlyList<double> Losses) Train(ImageDataset data, TrainingOptions options, int batch = Batch)
    {
        using var session = DeviceSession.OpenCpu(1);
        using var network = Model(data, batch).Compile(session, 1);
        using var trainer = new Trainer(network, data, options);
        var observer = new RecordingObserver();
        trainer.Run(observer);
        return ([.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())], [.. observer.Iterations.Select(iteration => iteration.Loss)]);
    }

    private ImageDataset DataOf(int workers) => PictureFolder.Open(root, PictureFiles.Options with { Workers = workers });
}

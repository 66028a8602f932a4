using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;
using GpuNet.Training.Reports;

namespace GpuNet.Bench.Soak;

/// <summary>A run that does what <c>gpunet train</c> does, of a network so small that many iterations take little time: what an iteration leaves behind adds up.</summary>
internal static class SoakRun
{
    private const int Batch = 4, Classes = 4, TrainImages = 64, TestImages = 16;

    /// <summary>Iterations between evaluations.</summary>
    public const long TestInterval = 500;

    private static readonly Shape Image = new(1, 1, 8, 8);

    /// <summary>What is trained, for the report.</summary>
    public static string Text => $"convolution, max pooling, ReLU, normalisation across channels, dropout and inner product on images of 8 × 8, batch {Batch}, SGD with momentum and a triangular rate; "
        + $"an evaluation every {TestInterval} iterations, a checkpoint every {CheckpointOptions.DefaultInterval} and at each best accuracy, all logs";

    /// <summary>Trains.</summary>
    /// <param name="session">The device.</param>
    /// <param name="path">The run folder, which is made.</param>
    /// <param name="iterations">Updates.</param>
    /// <param name="observer">Observes it.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="OutputException">The folder holds a run already, or cannot be written in.</exception>
    /// <exception cref="BenchException">The run diverged.</exception>
    public static SoakOutput Run(DeviceSession session, string path, long iterations, ITrainingObserver observer)
    {
        var options = new TrainingOptions(new TriangularPolicy(0.0005, 0.005, 2500), iterations, new OptimizerOptions(OptimizerKind.Sgd, 0.9))
        {
            WeightDecay = 0.004,
            TestInterval = TestInterval,
        };
        var recipe = new Recipe("soak", "soak", Batch, TrainImages, options);
        var data = new ImageDataset("soak", Set("soak train", TrainImages, 1), Set("soak test", TestImages, 2));
        using var network = Model().Compile(session, options.Seed);
        using var trainer = new Trainer(network, data, options);
        using var folder = RunFolder.Create(path);
        folder.Hold();
        var setting = RunSetting.Of(data, session, CompileOptions.Default);
        int checkpoints = 0;
        var writer = new CheckpointWriter(trainer, new CheckpointFolder(folder.Path), new CheckpointOptions(), RunSettings.Of(recipe, data), _ =>
        {
            // Asked for once a file.
            checkpoints++;
            return new Dictionary<string, string>();
        });
        writer.Save();
        using var logs = folder.OpenLogs(setting);
        writer.FlushLogs = logs.Flush;
        // The sampler is the first, so that a sample comes before what is written at its iteration.
        var result = trainer.Run(new TrainingObservers(observer, writer, logs));
        if (result.Divergence is { } divergence)
            throw new BenchException($"soak: the run diverged at iteration {divergence.Iteration}, so it is no measure of a long one. That is a fault of the engine or of this command's settings.");
        long logBytes = Directory.GetFiles(folder.Path).Where(file => !Path.GetFileName(file).StartsWith("checkpoint", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);
        return new(result.Elapsed, result.Evaluations.Length, checkpoints, logBytes);
    }

    private static NetworkBuilder Model()
    {
        var net = new NetworkBuilder(Image.WithBatch(Batch), Classes);
        var pooled = net.MaxPooling("pool1", net.Convolution("conv1", net.Input, 4, 3, padding: 1), 2, 2);
        var normed = net.LocalResponseNorm("norm1", net.Relu("relu1", pooled), NormRegion.AcrossChannels, 3, 5e-5f, 0.75f);
        net.SoftmaxLoss("loss", net.InnerProduct("ip1", net.Dropout("drop1", normed, 0.3f), Classes));
        return net;
    }

    // A class is the rows that are bright, in noise.
    private static ImageArray Set(string name, int count, int seed)
    {
        var random = new Random(seed);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes))];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, Image.ImageSize).Select(p => (byte)(random.Next(90) + (p / Image.W % Classes == label ? 30 : 0))))];
        return new ImageArray(name, Image, pixels, labels, [.. Enumerable.Range(0, Classes).Select(c => $"rows {c}")]);
    }
}

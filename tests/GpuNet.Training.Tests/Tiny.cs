using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Layers.Initialization;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Tests;

/// <summary>A data set and a network small enough to train in milliseconds.</summary>
internal static class Tiny
{
    public const int Classes = 6;
    public const float AuxiliaryWeight = 0.3f;
    public static readonly Shape Image = new(1, 1, 8, 8);

    /// <summary>Each class has bright pixels of its own, in faint noise.</summary>
    public static ImageDataset Data(int train = 60, int test = 37) => new("tiny", Set("tiny train", train, 1), Set("tiny test", test, 2));

    public static NetworkBuilder Model(int batch, Shape? image = null)
    {
        var builder = new NetworkBuilder((image ?? Image).WithBatch(batch), Classes);
        var hidden = builder.Relu("relu1", builder.InnerProduct("ip1", builder.Input, 9));
        builder.SoftmaxLoss("loss", builder.InnerProduct("ip2", hidden, Classes));
        return builder;
    }

    /// <summary>A trunk with a main head and, above its middle, an auxiliary one of weight 0.3.</summary>
    public static NetworkBuilder TwoHeads(int batch, Filler? auxiliary = null)
    {
        var builder = new NetworkBuilder(Image.WithBatch(batch), Classes);
        var middle = builder.Relu("relu1", builder.InnerProduct("ip1", builder.Input, 9));
        builder.SoftmaxLoss("auxiliary", builder.InnerProduct("ip2", middle, Classes, auxiliary ?? Filler.Xavier), AuxiliaryWeight);
        builder.SoftmaxLoss("main", builder.InnerProduct("ip4", builder.Relu("relu3", builder.InnerProduct("ip3", middle, 7)), Classes));
        return builder;
    }

    public static TrainingOptions Options(long iterations, double rate = 0.01) =>
        new(new FixedPolicy(rate), iterations, new OptimizerOptions(OptimizerKind.Sgd, 0.9)) { WeightDecay = 0.001, Seed = 5 };

    /// <summary>The options as a recipe for <see cref="Model"/>.</summary>
    public static Recipe Recipe(TrainingOptions options, int batch = 10) => new("tiny", "tiny", batch, 60, options);

    /// <summary>A run that has made so many updates, and the evaluation before the next one.</summary>
    public static TrainingProgress Progress(long iteration) => new() { Iteration = iteration, Evaluations = [new(iteration, 1, 0.6, 0.9)] };

    /// <summary>Compiles, trains, frees.</summary>
    public static TrainingResult Train(DeviceSession session, TrainingOptions options, ITrainingObserver? observer = null, int batch = 10, CancellationToken cancellation = default)
    {
        using var network = Model(batch, options.Crop is { } side ? Image with { H = side, W = side } : Image).Compile(session, options.Seed);
        using var trainer = new Trainer(network, Data(), options);
        return trainer.Run(observer, cancellation);
    }

    private static ImageSet Set(string name, int count, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[count * Image.ImageSize];
        var labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)random.Next(Classes);
            for (int p = 0; p < Image.ImageSize; p++)
                pixels[(i * Image.ImageSize) + p] = (byte)(random.Next(3) + (p % Classes == labels[i] ? 4 : 0));
        }

        return new ImageArray(name, Image, pixels, labels, [.. Enumerable.Range(0, Classes).Select(c => $"class {c}")]);
    }
}

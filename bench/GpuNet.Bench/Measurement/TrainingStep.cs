using System.Diagnostics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Measurement;

/// <summary>
/// A model's training step on images that are in memory already: forward, backward, update, with the settings that bench/peers/train_step.py
/// has too. The pixels are random, in the range of pixels minus the mean image.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    public const double Momentum = 0.9;
    public const double WeightDecay = 0.004;
    public const double Rate = 0.001;
    public const int Classes = 10;
    private const ulong Seed = 1;

    private readonly float[] pixels;
    private readonly float[] labels;
    private long iteration;

    /// <param name="session">The device.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="batch">Images in a batch.</param>
    /// <param name="decorate">Wraps each layer, to time it; null for the network as it trains.</param>
    public TrainingStep(DeviceSession session, string model, int batch, Func<Layer, BoundLayer, BoundLayer>? decorate = null)
    {
        Network = ModelCatalog.Find(model).Build(new Shape(batch, 3, 32, 32), Classes).Compile(session, Seed, new() { Decorate = decorate });
        Optimizer = new SgdOptimizer(Network, new SgdOptions(Momentum, WeightDecay));
        var random = new Random((int)Seed);
        pixels = [.. Enumerable.Range(0, (int)Network.Input.Length).Select(_ => random.NextSingle() * 255 - 128)];
        labels = [.. Enumerable.Range(0, batch).Select(_ => (float)random.Next(Classes))];
        LoadBatch();
    }

    public Network Network { get; }

    public SgdOptimizer Optimizer { get; }

    /// <summary>Copies the batch to the device, as a trainer does at each iteration.</summary>
    public void LoadBatch()
    {
        Network.Input.CopyFrom(pixels);
        Network.Labels.CopyFrom(labels);
    }

    /// <summary>One step; does not wait for the device.</summary>
    public void Run()
    {
        RunPasses();
        Update();
    }

    /// <summary>The step's forward and backward pass.</summary>
    public void RunPasses()
    {
        Network.Forward(Phase.Train, iteration++);
        Network.Backward();
    }

    /// <summary>The step's update.</summary>
    public void Update() => Optimizer.Update(Rate);

    /// <summary>Times so many steps and the reading of the last loss, which waits for the device.</summary>
    /// <returns>Milliseconds of all of them, and the loss.</returns>
    public (double Milliseconds, double Loss) Time(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
            Run();
        double loss = Network.ReadLoss().Loss;
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, loss);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Network.Dispose();
    }
}

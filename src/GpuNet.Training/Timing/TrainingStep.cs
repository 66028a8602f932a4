using System.Diagnostics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Recipes;

namespace GpuNet.Training.Timing;

/// <summary>
/// A model's training step on images that are in memory already: forward, backward, update, with SGD as Caffe's CIFAR-10 solvers have it. The
/// pixels are random, in the range of pixels minus the mean image, and so are the labels: what a step takes does not depend on them.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    private const double Momentum = 0.9;
    private const double WeightDecay = 0.004;
    private const double Rate = 0.001;
    private const ulong Seed = 1;

    private readonly Optimizer optimizer;
    private readonly float[] pixels;
    private readonly float[] labels;
    private long iteration;

    /// <summary>Builds the model for the images that it was made for.</summary>
    /// <param name="session">The device.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="batch">Images in a batch.</param>
    /// <exception cref="TrainingException">The model is unknown.</exception>
    /// <exception cref="ShapeException">The batch is empty.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public TrainingStep(DeviceSession session, string model, int batch)
        : this(session, ModelCatalog.Find(model).BuildFor(batch))
    {
    }

    /// <summary>Compiles a network.</summary>
    /// <param name="session">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">How; null for the network as it trains.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public TrainingStep(DeviceSession session, NetworkBuilder network, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network.Compile(session, Seed, options);
        try
        {
            optimizer = new Optimizer(Network, new OptimizerOptions(OptimizerKind.Sgd, Momentum), WeightDecay);
            var random = new Random((int)Seed);
            pixels = [.. Enumerable.Range(0, (int)Network.Input.Length).Select(_ => random.NextSingle() * 255 - 128)];
            labels = [.. Enumerable.Range(0, Network.Input.Shape.N).Select(_ => (float)random.Next(Network.Classes))];
            LoadBatch();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

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
    public void Update() => optimizer.Update(Rate, Momentum, iteration);

    /// <summary>Times so many steps and the reading of the last loss, which waits for the device.</summary>
    /// <param name="steps">Steps, 1 or more.</param>
    /// <returns>Milliseconds of all of them, and the loss.</returns>
    public (double Milliseconds, double Loss) Time(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
            Run();
        double loss = Network.ReadLoss().Loss;
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, loss);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        optimizer?.Dispose();
        Network.Dispose();
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Recipes;

/// <summary>A model and the settings that train it well.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Model">The model's name in <see cref="ModelCatalog"/>.</param>
/// <param name="Batch">Images of a batch, in training and in evaluation.</param>
/// <param name="TrainImages">Training images of the data set that the numbers of iterations were chosen for.</param>
/// <param name="Training">Policy, iterations, optimizer, seed and intervals.</param>
public sealed record Recipe(string Name, string Model, int Batch, int TrainImages, TrainingOptions Training)
{
    /// <summary>
    /// The same schedule in epochs for another data set or batch: iterations, the policy's step sizes and intervals and the test interval are scaled by
    /// (images / images of an update) over the recipe's own, and a factor γ of each iteration becomes γ^(1/factor).
    /// </summary>
    /// <remarks>The policy's step sizes are rounded first, and what they come to is the factor of all the rest (<see cref="LearningRatePolicy.WholeFactor"/>), so
    /// that a run of whole cycles stays one.</remarks>
    /// <param name="trainImages">Training images of the set, 1 or more.</param>
    /// <param name="batch">Images of a batch, 1 or more.</param>
    /// <param name="iterationSize">Batches of an update, 1 or more.</param>
    /// <returns>The recipe for that set and batch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="LearningRatePolicyException">The set is so small or so large that a policy's numbers leave their range.</exception>
    public Recipe ScaledTo(int trainImages, int batch, int iterationSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterationSize, 1);
        double epoch = trainImages / ((double)batch * iterationSize);
        double factor = Training.Policy.WholeFactor(epoch / (TrainImages / ((double)Batch * Training.IterationSize)));
        return this with
        {
            Batch = batch,
            TrainImages = trainImages,
            Training = Training with
            {
                Policy = Training.Policy.Scaled(factor),
                Iterations = Scaling.Of(Training.Iterations, factor),
                TestInterval = Training.TestInterval == 0 ? 0 : Scaling.Of(Training.TestInterval, factor),
                IterationSize = iterationSize,
            },
        };
    }

    /// <summary>Iterations in which training sees as many images as a data set has.</summary>
    /// <param name="data">The images.</param>
    /// <returns>The iterations; no whole number where the batch is no divisor.</returns>
    public double IterationsInEpoch(ImageDataset data) => (double)data.Train.Count / Batch / Training.IterationSize;

    /// <summary>Throws unless the model is known and every setting in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        ModelCatalog.Find(Model);
        Training.ThrowIfInvalid();
        if (TrainImages < 1)
            throw new TrainingException($"recipe '{Name}' was made for {TrainImages} training images; there must be at least 1.");
        if (Batch < 1)
            throw new TrainingException($"the batch size is {Batch}; a batch holds at least 1 image.");
    }

    /// <summary>Throws unless the recipe is valid and can train on a data set. Touches no device.</summary>
    /// <param name="data">The images.</param>
    /// <exception cref="TrainingException">The model is unknown, a setting is out of its range, the batch is larger than the training set, or the crop than an image.</exception>
    /// <exception cref="GpuNet.Kernels.Tensors.ShapeException">The images are too small for the model.</exception>
    /// <exception cref="NetworkException">The set has fewer than 2 classes.</exception>
    public void ThrowUnlessFits(ImageDataset data) => BuilderFor(data);

    /// <summary>Builds the model for a data set's images and classes, with initial weights of the recipe's seed.</summary>
    /// <param name="session">The device.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">How the network is made; null for the defaults.</param>
    /// <returns>The network, to be disposed by the caller.</returns>
    /// <exception cref="TrainingException">The model is unknown, a setting is out of its range, the batch is larger than the training set, or the crop than an image.</exception>
    /// <exception cref="GpuNet.Kernels.Tensors.ShapeException">The images are too small for the model.</exception>
    /// <exception cref="NetworkException">The set has fewer than 2 classes.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Network Compile(DeviceSession session, ImageDataset data, CompileOptions? options = null) =>
        BuilderFor(data).Compile(session, Training.Seed, options);

    internal NetworkBuilder BuilderFor(ImageDataset data)
    {
        ThrowIfInvalid();
        if (Batch > data.Train.Count)
            throw new TrainingException($"the batch size is {Batch}, but {data.Train.Name} has {data.Train.Count} images. Choose a batch from 1 to {data.Train.Count}.");
        return ModelCatalog.Find(Model).Build(InputRules.InputOf(data.Train, Training.Crop).WithBatch(Batch), data.Train.Classes);
    }
}

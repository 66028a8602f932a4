using GpuNet.Kernels.Devices;
using GpuNet.Layers;
using GpuNet.Training.Data;

namespace GpuNet.Training.Recipes;

/// <summary>A model and the settings that train it well.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Model">The model's name in <see cref="ModelCatalog"/>.</param>
/// <param name="Batch">Images of an iteration, in training and in evaluation.</param>
/// <param name="Training">Policy, iterations, SGD settings, seed and intervals.</param>
public sealed record Recipe(string Name, string Model, int Batch, TrainingOptions Training)
{
    /// <summary>Throws unless the model is known and every setting in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        ModelCatalog.Find(Model);
        Training.ThrowIfInvalid();
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

using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Models;

namespace GpuNet.Training.Recipes;

/// <summary>The models that can be chosen by name.</summary>
public static class ModelCatalog
{
    /// <summary>Every model.</summary>
    public static IReadOnlyList<Model> All { get; } =
    [
        new("cifar10_quick", "Caffe's small CIFAR-10 network: 3 convolutions, 2 inner products; about 75 % on CIFAR-10", Cifar10Image, 10, Cifar10Quick.Build),
        new("cifar10_full", "Caffe's full CIFAR-10 network: 3 convolutions, 2 local response normalisations, 1 inner product; about 81 % on CIFAR-10", Cifar10Image, 10, Cifar10Full.Build),
        new("alexnet", "Caffe's AlexNet: 5 convolutions, 3 inner products; about 57 % on ImageNet", new Shape(1, 3, 227, 227), 1000, AlexNet.Build),
        new("caffenet", "Caffe's variant of AlexNet, which pools before it normalises; about 57 % on ImageNet", new Shape(1, 3, 227, 227), 1000, CaffeNet.Build),
        new("googlenet", "Caffe's GoogLeNet: 9 inception modules, 2 auxiliary heads; about 69 % on ImageNet", new Shape(1, 3, 224, 224), 1000, (input, classes) => GoogLeNet.Build(input, classes))
        {
            BuildWithoutHeads = (input, classes) => GoogLeNet.Build(input, classes, auxiliaryHeads: false),
            AuxiliaryLayers = GoogLeNet.AuxiliaryLayers,
        },
    ];

    private static Shape Cifar10Image => new(1, 3, 32, 32);

    /// <summary>The model of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The model.</returns>
    /// <exception cref="TrainingException">There is none of that name.</exception>
    public static Model Find(string name) => All.FirstOrDefault(model => model.Name == name)
        ?? throw new TrainingException($"model '{name}' is not known; the models are {string.Join(", ", All.Select(model => model.Name))}.");
}

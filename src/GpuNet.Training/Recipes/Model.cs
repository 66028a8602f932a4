using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Recipes;

/// <summary>A model that can be chosen by name.</summary>
/// <param name="Name">The name, such as <c>cifar10_quick</c>.</param>
/// <param name="Description">One line for help texts.</param>
/// <param name="Image">Shape of the images that it was made for, (1, C, H, W); others may do too.</param>
/// <param name="Classes">Classes that it was made for.</param>
/// <param name="Build">Describes the network for an input shape (N, C, H, W) and a number of classes.</param>
public sealed record Model(string Name, string Description, Shape Image, int Classes, Func<Shape, int, NetworkBuilder> Build)
{
    /// <summary>
    /// Describes the network that tells classes apart, without what only training needs, such as auxiliary heads; null where that is all of it.
    /// </summary>
    public Func<Shape, int, NetworkBuilder>? BuildWithoutHeads { get; init; }

    /// <summary>The layers of weights that are there in training only. A weights file has them, and the network without heads does not.</summary>
    public IReadOnlyList<string> AuxiliaryLayers { get; init; } = [];

    /// <summary>Describes the network for the images and classes that it was made for.</summary>
    /// <param name="batch">Images in a batch.</param>
    /// <returns>The network.</returns>
    /// <exception cref="ShapeException">The batch is empty.</exception>
    public NetworkBuilder BuildFor(int batch) => Build(Image.WithBatch(batch), Classes);
}

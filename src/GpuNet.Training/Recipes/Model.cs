using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Recipes;

/// <summary>A model that can be chosen by name.</summary>
/// <param name="Name">The name, such as <c>cifar10_quick</c>.</param>
/// <param name="Description">One line for help texts.</param>
/// <param name="Build">Describes the network for an input shape (N, C, H, W) and a number of classes.</param>
public sealed record Model(string Name, string Description, Func<Shape, int, NetworkBuilder> Build);

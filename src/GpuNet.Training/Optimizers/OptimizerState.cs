using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Optimizers;

/// <summary>Something that an optimizer keeps of each parameter.</summary>
/// <param name="Name">What it is, such as <c>velocity</c>.</param>
/// <param name="Groups">Its values: a tensor for each of the network's parameter groups, in their order, laid out like the group's.</param>
internal sealed record OptimizerState(string Name, IReadOnlyList<Tensor> Groups);

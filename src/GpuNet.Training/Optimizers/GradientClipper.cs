using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Optimizers;

/// <summary>Scales a network's gradients down where their norm, over all parameters, is above a limit. Nothing waits for the norm.</summary>
internal sealed class GradientClipper : IDisposable
{
    private readonly Tensor[] gradients;
    private readonly GradientClipOp op;

    /// <summary>Takes the little memory that the norm needs.</summary>
    /// <param name="network">The network.</param>
    /// <param name="most">The largest norm.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite or not above 0.</exception>
    public GradientClipper(Network network, double most)
    {
        // Between two parameters of a group lie zeros.
        gradients = [.. network.ParameterGroups.Select(group => group.Gradient)];
        op = new GradientClipOp(network.Session, [.. gradients.Select(gradient => gradient.Shape)], (float)most);
    }

    /// <summary>Clips.</summary>
    public void Run() => op.Run(gradients);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => op.Dispose();
}

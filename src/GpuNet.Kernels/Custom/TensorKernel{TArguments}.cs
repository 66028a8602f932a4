using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Custom;

/// <summary>A kernel of your own with arguments besides its tensors, such as a factor or a struct of sizes; otherwise as <see cref="TensorKernel"/>, which loads it.</summary>
/// <typeparam name="TArguments">A number, or a public struct of numbers. <see cref="Shape"/> is one.</typeparam>
public sealed class TensorKernel<TArguments>
    where TArguments : unmanaged
{
    private readonly CustomLauncher<TArguments> launcher;

    internal TensorKernel(CustomLauncher<TArguments> launcher) => this.launcher = launcher;

    /// <summary>Launches the kernel, after everything launched before, and returns at once.</summary>
    /// <param name="threads">How many threads: the indices run from 0 to this, less 1. Often the length of the result, in values.</param>
    /// <param name="arguments">What every thread gets besides its index and the views.</param>
    /// <param name="tensors">The tensors, any shape, in the order of the method's views.</param>
    /// <exception cref="KernelException">There are no threads or too many, the number of tensors is not the method's, or one is of another session.</exception>
    public void Run(long threads, TArguments arguments, params ReadOnlySpan<Tensor> tensors) => launcher.Run(threads, arguments, tensors);
}

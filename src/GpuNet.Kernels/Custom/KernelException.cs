namespace GpuNet.Kernels.Custom;

/// <summary>A kernel of one's own that cannot be compiled, or is launched on what does not fit: the message names the kernel, what is given, the rule and the way out.</summary>
public sealed class KernelException : Exception
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The kernel, what is wrong, the way out.</param>
    /// <param name="cause">What ILGPU threw, if anything.</param>
    public KernelException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}

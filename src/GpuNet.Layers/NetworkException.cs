namespace GpuNet.Layers;

/// <summary>A network that cannot be built or run as asked: the message names the layer, the rule and the way out. Shapes that do not fit
/// are a <see cref="Kernels.Tensors.ShapeException"/>.</summary>
public sealed class NetworkException : InvalidOperationException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">Who, the rule, the way out.</param>
    public NetworkException(string message) : base(message)
    {
    }
}

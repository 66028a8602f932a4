namespace GpuNet.Kernels.Tensors;

/// <summary>Shapes that do not fit: the message names the op or layer, the shapes, the rule and the way out.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">Who, both shapes, the rule, the way out.</param>
    public ShapeException(string message) : base(message)
    {
    }

    /// <summary>Throws unless a tensor has the shape that an op's geometry asks for.</summary>
    /// <param name="who">The op and the argument, such as <c>"convolution: y"</c>.</param>
    /// <param name="given">The shape at hand.</param>
    /// <param name="expected">The shape of the geometry.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static void ThrowUnless(string who, Shape given, Shape expected)
    {
        if (given != expected)
            throw new ShapeException($"{who} has shape {given}, but the op was made for {expected}. Pass a tensor of that shape or make the op for this one.");
    }

    /// <summary>Throws unless a workspace is large enough.</summary>
    /// <param name="who">The op.</param>
    /// <param name="given">Values in the workspace at hand.</param>
    /// <param name="needed">Values that the op needs.</param>
    /// <exception cref="ShapeException">The workspace is too small.</exception>
    public static void ThrowIfSmaller(string who, long given, long needed)
    {
        if (given < needed)
            throw new ShapeException($"{who}: the workspace holds {given} values, but {needed} are needed. Take one of at least the op's WorkspaceLength.");
    }
}

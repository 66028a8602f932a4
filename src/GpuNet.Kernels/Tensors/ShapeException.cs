namespace GpuNet.Kernels.Tensors;

/// <summary>Shapes that do not fit: the message names the op or layer, the shapes, the rule and the way out.</summary>
public sealed class ShapeException : ArgumentException
{
    // Kernels index with 32 bits, and a tile may reach past the last value before it is clamped.
    internal const int MostValues = int.MaxValue - 65535;

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

    /// <summary>Throws if a shape holds nothing.</summary>
    /// <param name="who">The op or layer.</param>
    /// <param name="input">The shape of its input.</param>
    /// <exception cref="ShapeException">A side is below 1.</exception>
    public static void ThrowIfEmpty(string who, Shape input)
    {
        if (input.N < 1 || input.C < 1 || input.H < 1 || input.W < 1)
            throw new ShapeException($"{who}: input {input} is empty; N, C, H and W must be at least 1. Check the shape that it is given.");
    }

    /// <summary>Throws if a shape is none: a tensor of it could not be indexed, nor its values counted. It may hold nothing.</summary>
    /// <param name="who">Who is asked for a tensor of the shape.</param>
    /// <param name="shape">The shape.</param>
    /// <exception cref="ShapeException">A side is negative, or it has more than 2⁶² values.</exception>
    public static void ThrowIfImpossible(string who, Shape shape)
    {
        if (shape.N < 0 || shape.C < 0 || shape.H < 0 || shape.W < 0)
            throw new ShapeException($"{who}: {shape} is no shape; N, C, H and W must be at least 0. Check where its sizes come from.");
        if (ValuesOf(shape) > 1L << 62)
            throw new ShapeException($"{who}: {shape} has {ValuesOf(shape)} values, more than 64 bits count. Check where its sizes come from.");
    }

    /// <summary>Throws if a shape holds more values than a kernel's 32-bit indices reach.</summary>
    /// <param name="who">The op or layer.</param>
    /// <param name="shapes">The shapes of its tensors.</param>
    /// <exception cref="ShapeException">One has more than 2³¹ − 2¹⁶ values.</exception>
    public static void ThrowIfTooLong(string who, params ReadOnlySpan<Shape> shapes)
    {
        foreach (var shape in shapes)
        {
            if (ValuesOf(shape) > MostValues)
                throw new ShapeException($"{who}: {shape} has more than {MostValues} values, which is the most that a tensor of an op may have. Use a smaller batch.");
        }
    }

    // Where nothing has bounded the sizes yet.
    private static Int128 ValuesOf(Shape shape) => (Int128)shape.N * shape.C * shape.H * shape.W;
}

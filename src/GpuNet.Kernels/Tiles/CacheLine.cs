namespace GpuNet.Kernels.Tiles;

/// <summary>The unit in which memory moves. What two workers write never shares one.</summary>
internal static class CacheLine
{
    /// <summary>Values of a line: 64 bytes.</summary>
    public const int Length = 16;

    /// <summary>As many values or a few more, so that they fill whole lines and what follows them starts a line.</summary>
    public static long Fill(long values) => (values + Length - 1) / Length * Length;

    /// <inheritdoc cref="Fill(long)"/>
    public static int Fill(int values) => (values + Length - 1) / Length * Length;

    /// <inheritdoc cref="Fill(long)"/>
    public static nint Fill(nint values) => (values + Length - 1) / Length * Length;
}

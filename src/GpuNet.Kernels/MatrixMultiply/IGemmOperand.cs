namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// One of the two matrices of a product, which need not exist in memory: its value at (line, depth) is found from what is known of the
/// line and what is known of the depth. A thread works out either once and uses it for several values.
/// </summary>
internal interface IGemmOperand
{
    /// <summary>Whether values next to each other in memory differ in depth (true) or in line (false): neighbouring threads load those.</summary>
    static abstract bool IsContiguousAlongDepth { get; }

    /// <summary>Locates a row of the left matrix, or a column of the right one.</summary>
    Place Line(int group, int line);

    /// <summary>Locates a term of the sums.</summary>
    Place Depth(int depth);

    float Load(Place line, Place depth);
}

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>How the threads of a group share out the values of an operand's tile. Each thread loads four at a time.</summary>
internal enum GemmAccess
{
    /// <summary>A thread loads four terms in a row of one line, its neighbours the next terms of that line: for lines that lie one after the other in memory.</summary>
    AlongDepth,

    /// <summary>A thread loads four terms in a row of one line, its neighbours the same terms of the next lines: for values gathered from images.</summary>
    AlongLines,

    /// <summary>A thread loads one term of four lines in a row, its neighbours the next lines: for lines that lie side by side in memory.</summary>
    QuadsOfLines,

    /// <summary>A thread loads one term of four lines in a row, its neighbours the next terms: for lines that lie one after the other, but at no multiples of 16 bytes.</summary>
    QuadsAlongDepth,
}

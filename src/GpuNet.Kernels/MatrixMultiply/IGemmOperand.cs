using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// One of the two matrices of a product, which need not exist in memory. A line is a row of the left matrix or a column of the right one; a term
/// is a place along the sums. A kernel gets an operand as an argument; each thread then has a copy of its own, in whose fields it keeps
/// what it knows of its line.
/// </summary>
internal interface IGemmOperand
{
    /// <summary>How the threads share out the values.</summary>
    static abstract GemmAccess Access { get; }

    /// <summary>Works out what the thread needs for all its loads; called once, before the first.</summary>
    void Start(GemmShare share);

    /// <summary>
    /// Loads the thread's next four values: four terms of its line from one on, or that term of its four lines. Called for every
    /// term of the share in turn, and for some past the end.
    /// </summary>
    /// <param name="after">Terms from the share's first to this one.</param>
    Quad Load(int after);
}

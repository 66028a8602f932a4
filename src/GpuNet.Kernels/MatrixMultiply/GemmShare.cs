namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>What one thread loads of an operand: four values at <see cref="Term"/>, then at Term + <see cref="Step"/>, and so on.</summary>
/// <param name="Group">Which of the products that run together.</param>
/// <param name="Line">The thread's line, or the first of its four lines: a multiple of 4. It may be past the last one: what is loaded there is not
/// used, but must lie in memory.</param>
/// <param name="Lines">Lines of the operand.</param>
/// <param name="Term">The thread's first term: a multiple of 4, unless it loads one term of four lines.</param>
/// <param name="Step">Terms from one load to the next.</param>
/// <param name="End">One past the last term: values from there on are 0, whatever memory holds.</param>
internal readonly record struct GemmShare(int Group, int Line, int Lines, int Term, int Step, int End)
{
    /// <summary>Terms from the thread's first to the end; 0 or less if there are none.</summary>
    public int Terms => End - Term;
}

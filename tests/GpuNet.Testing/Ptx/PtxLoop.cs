namespace GpuNet.Testing.Ptx;

/// <summary>A loop of a kernel: what runs between a label and the branches back to it, with the loops inside it.</summary>
/// <param name="Label">Where it begins.</param>
/// <param name="Depth">Loops around it, and itself: 1 for an outermost one.</param>
/// <param name="IsInnermost">Whether no loop is inside it.</param>
/// <param name="Counts">Its instructions.</param>
public sealed record PtxLoop(string Label, int Depth, bool IsInnermost, PtxCounts Counts)
{
    /// <summary>Instructions of one step of a loop that is written out.</summary>
    /// <param name="steps">Steps that one turn of the loop does.</param>
    /// <returns>The average.</returns>
    public double PerStep(int steps) => (double)Counts.Total / steps;
}

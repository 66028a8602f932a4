using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuNet.Testing.Ptx;

/// <summary>
/// A compiled kernel: what its entry point has in it. An intrinsic of our own leaves an empty function in the module, which nothing calls,
/// so only the entry point is looked at.
/// </summary>
public sealed partial class PtxListing
{
    private PtxListing(string text, string entry)
    {
        Text = text;
        Entry = entry;
        Target = TargetLine().Match(text).Groups[1].Value;
        var flow = PtxFlow.Parse(entry);
        Counts = new([.. flow.Blocks.SelectMany(block => block.Instructions)]);
        Loops = flow.Loops();
        Barriers = PtxBarrier.Of(flow);
        PossiblyNegativeShifts = PtxSigns.PossiblyNegativeShifts(flow);
        SharedBytes = SharedArray().Matches(text).Sum(array => int.Parse(array.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>The whole module.</summary>
    public string Text { get; }

    /// <summary>The architecture that the module names; a newer device runs it too.</summary>
    public string Target { get; }

    /// <summary>The entry point, from its name to its closing brace.</summary>
    public string Entry { get; }

    /// <summary>The entry point's instructions.</summary>
    public PtxCounts Counts { get; }

    /// <summary>Its loops.</summary>
    public IReadOnlyList<PtxLoop> Loops { get; }

    /// <summary>The innermost loop with most multiply-adds, or, where there are none, most instructions; null if the kernel has no loop.</summary>
    public PtxLoop? MainLoop => Loops.Where(loop => loop.IsInnermost).MaxBy(loop => (loop.Counts.MultiplyAdds, loop.Counts.MultiplyAddsAtMost, loop.Counts.Total));

    /// <summary>
    /// Its barriers, ordered by what they part: an optimisation that moves no access past a barrier leaves them as they were.
    /// </summary>
    public IReadOnlyList<PtxBarrier> Barriers { get; }

    /// <summary>Bytes of shared memory that a group takes. More than 48 KB compiles, but fails to load.</summary>
    public int SharedBytes { get; }

    /// <summary>Whether registers are kept in local memory: arrays indexed by a variable, structures passed by reference to a call.</summary>
    public bool UsesLocalMemory => Entry.Contains(".local", StringComparison.Ordinal);

    /// <summary>Whether the entry point calls functions.</summary>
    public bool HasCalls => Counts.Of("call") > 0;

    /// <summary>Whether the module names functions that nobody defines, so that it fails to load.</summary>
    public bool HasUndefinedFunctions => Text.Contains(".extern .func", StringComparison.Ordinal);

    /// <summary>
    /// Arithmetic shifts to the right of values that may be negative as far as the listing says: shifts that were written, or divisions by a
    /// constant power of two, which ILGPU turns into them and which are wrong for negative values and for unsigned ones above 2³¹ − 1. Values
    /// made of constants and of indices of threads and groups are known not to be negative, and parameters are not.
    /// </summary>
    public IReadOnlyList<PtxInstruction> PossiblyNegativeShifts { get; }

    /// <summary>Reads a module that has one entry point.</summary>
    /// <param name="text">The PTX text.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="FormatException">There is no entry point.</exception>
    public static PtxListing Parse(string text)
    {
        int start = text.IndexOf(".entry", StringComparison.Ordinal);
        int body = start < 0 ? -1 : text.IndexOf("\n{", start, StringComparison.Ordinal);
        int end = body < 0 ? -1 : text.IndexOf("\n}", body, StringComparison.Ordinal);
        return end < 0 ? throw new FormatException("The PTX text has no entry point.") : new(text, text[start..(end + 2)]);
    }

    [GeneratedRegex(@"\.target\s+(\w+)")]
    private static partial Regex TargetLine();

    [GeneratedRegex(@"\.shared\s+\.align\s+\d+\s+\.b8\s+\w+\[(\d+)\]")]
    private static partial Regex SharedArray();
}

using System.Text;

namespace GpuNet.Testing.Ptx;

/// <summary>The instructions of kernels' main loops, as text.</summary>
public static class PtxTable
{
    /// <summary>Lines before the first kernel's.</summary>
    public const int HeadLines = 2;

    private static readonly (string Head, Func<PtxCounts, object> Cell)[] Columns =
    [
        ("all", counts => counts.Total),
        ("fma", counts => counts.MultiplyAdds),
        ("mul+add", counts => counts[PtxClass.Multiply] + counts[PtxClass.Add]),
        ("ld.shared", counts => Pair(counts, PtxClass.LoadShared, PtxClass.LoadSharedVector)),
        ("ld.global", counts => Pair(counts, PtxClass.LoadGlobal, PtxClass.LoadGlobalVector)),
        ("st.shared", counts => Pair(counts, PtxClass.StoreShared, PtxClass.StoreSharedVector)),
        ("st.global", counts => Pair(counts, PtxClass.StoreGlobal, PtxClass.StoreGlobalVector)),
        ("integer", counts => counts[PtxClass.Integer]),
        ("mov", counts => counts[PtxClass.Copy]),
        ("setp+selp", counts => counts[PtxClass.Select]),
        ("bra", counts => counts[PtxClass.Branch]),
        ("bar", counts => counts.Barriers),
        ("other", counts => counts[PtxClass.Other]),
    ];

    /// <summary>A line for each kernel: the instructions of its main loop, or of all of it if it has no loop.</summary>
    /// <param name="architecture">What the kernels were compiled for.</param>
    /// <param name="kernels">Names, and what they became.</param>
    /// <returns>The table.</returns>
    public static string Of(string architecture, IEnumerable<(string Name, PtxListing Listing)> kernels)
    {
        var rows = kernels.OrderBy(kernel => kernel.Name, StringComparer.Ordinal).ToArray();
        int width = rows.Max(row => row.Name.Length);
        var text = new StringBuilder();
        text.AppendLine($"PTX instructions of each kernel's main loop for {architecture} (the innermost loop with most multiply-adds; * all of a kernel without a loop; loads and stores: one value + vectors)");
        text.AppendLine($"{"kernel".PadRight(width)}  {string.Join("  ", Columns.Select(column => column.Head.PadLeft(5)))}  shared bytes");
        foreach (var (name, listing) in rows)
        {
            var counts = listing.MainLoop?.Counts ?? listing.Counts;
            string cells = string.Join("  ", Columns.Select(column => $"{column.Cell(counts)}".PadLeft(Math.Max(5, column.Head.Length))));
            text.AppendLine($"{name.PadRight(width)}{(listing.MainLoop is null ? "*" : " ")} {cells}  {listing.SharedBytes,12}");
        }

        return text.ToString();
    }

    private static string Pair(PtxCounts counts, PtxClass scalar, PtxClass vector) => $"{counts[scalar]}+{counts[vector]}";
}

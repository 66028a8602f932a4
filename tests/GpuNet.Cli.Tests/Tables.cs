using System.Text.RegularExpressions;

namespace GpuNet.Cli.Tests;

/// <summary>What a comparison shows, to be compared with what another one shows.</summary>
internal static partial class Tables
{
    /// <summary>The output without speeds, times and the names of the folder and its report.</summary>
    public static string WithoutTimes(string output) =>
        Blanks().Replace(Ruler().Replace(SpeedAndTime().Replace(output[..output.IndexOf("Report:", StringComparison.Ordinal)], ""), ""), " ");

    [GeneratedRegex(@"\d+ +\d+:\d\d *$", RegexOptions.Multiline)]
    private static partial Regex SpeedAndTime();

    // As wide as its widest row.
    [GeneratedRegex("─+")]
    private static partial Regex Ruler();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}

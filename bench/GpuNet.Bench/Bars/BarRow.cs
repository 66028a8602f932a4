using System.Globalization;

namespace GpuNet.Bench.Bars;

/// <summary>A measure and its bar: a line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Pass">Which pass of it.</param>
/// <param name="Turns">The measurement.</param>
/// <param name="Unit">Unit of the speed, such as <c>GFLOP/s</c>.</param>
/// <param name="Bar">The share that it must reach; null for no bar.</param>
/// <param name="Choice">The algorithm that the op has chosen, if it says.</param>
internal sealed record BarRow(string Name, string Pass, Turns Turns, string Unit, double? Bar, string? Choice = null)
{
    private static readonly int[] Widths = [-34, -7, 8, 15, 22, 6, -6, -27];

    /// <summary>The table's head.</summary>
    public static IEnumerable<string> Header =>
    [
        Line("measure", "pass", "ms", "speed", "share (quartiles)", "bar", "", "choice"),
        "|" + string.Join("|", Widths.Select(width => width > 0 ? new string('-', width + 1) + ":" : new string('-', 2 - width))) + "|",
    ];

    /// <summary><c>met</c> if the median reaches the bar, else <c>short</c>; with a question mark if the machine was unsteady.</summary>
    public string Verdict => (Bar is { } bar ? Turns.Share.Median >= bar ? "met" : "short" : "-") + (Turns.IsSteady ? "" : "?");

    /// <summary>The line, in Markdown.</summary>
    public override string ToString()
    {
        var share = Turns.Share;
        string speed = $"{Number(Turns.Speed, 1)} {Unit}";
        string shares = $"{Number(100 * share.Median, 1)} % ({Percent(share.Lower)}–{Percent(share.Upper)})";
        string bar = Bar is { } least ? $"{Percent(least)} %" : "-";
        return Line(Name, Pass, Number(Turns.Time, 3), speed, shares, bar, Verdict, Choice ?? "-");
    }

    private static string Line(params string[] cells) =>
        "| " + string.Join(" | ", cells.Select((cell, i) => Widths[i] < 0 ? cell.PadRight(-Widths[i]) : cell.PadLeft(Widths[i]))) + " |";

    private static string Percent(double share) => Number(100 * share, 0);

    private static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}

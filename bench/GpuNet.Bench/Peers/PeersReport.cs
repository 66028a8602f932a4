using System.Globalization;
using GpuNet.Training.Timing;

namespace GpuNet.Bench.Peers;

/// <summary>The rounds of a comparison, and what they come to.</summary>
/// <param name="batch">Images in a batch.</param>
internal sealed class PeersReport(int batch)
{
    private readonly List<(double Ours, double Theirs)> rounds = [];

    /// <summary>PyTorch's time divided by GpuNet's, round by round: above 1, GpuNet is faster.</summary>
    public Quartiles Ratio => Quartiles.Of(rounds.Select(round => round.Theirs / round.Ours));

    /// <summary>Milliseconds of GpuNet's step.</summary>
    public Quartiles Ours => Quartiles.Of(rounds.Select(round => round.Ours));

    /// <summary>Milliseconds of PyTorch's step.</summary>
    public Quartiles Theirs => Quartiles.Of(rounds.Select(round => round.Theirs));

    public static string Header => $"{"round",5}{"GpuNet ms",14}{"PyTorch ms",14}{"PyTorch/GpuNet",18}";

    /// <summary>Adds a round: milliseconds of one step of each side.</summary>
    /// <returns>The round's line.</returns>
    public string Add(double ours, double theirs)
    {
        rounds.Add((ours, theirs));
        return string.Create(CultureInfo.InvariantCulture, $"{rounds.Count,5}{ours,14:F2}{theirs,14:F2}{theirs / ours,18:F3}");
    }

    /// <summary>The table of medians and spreads.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{"",-16}{"median",10}{"quartiles",22}{"min–max",22}{"images/s",12}";
        yield return Line("GpuNet ms", Ours, 2, ImagesPerSecond(Ours));
        yield return Line("PyTorch ms", Theirs, 2, ImagesPerSecond(Theirs));
        yield return Line("PyTorch/GpuNet", Ratio, 3, "");
        double median = Ratio.Median;
        yield return "";
        yield return string.Create(CultureInfo.InvariantCulture, $"GpuNet takes {100 / median:F0} % of PyTorch's time (median of {rounds.Count} rounds): it is {(median >= 1 ? "no slower" : "slower")}.");
    }

    private static string Line(string name, Quartiles q, int decimals, string imagesPerSecond)
    {
        string format = $"F{decimals}";
        return $"{name,-16}{Text(q.Median)}{Range(q.Lower, q.Upper)}{Range(q.Minimum, q.Maximum)}{imagesPerSecond,12}";

        string Text(double value) => $"{value.ToString(format, CultureInfo.InvariantCulture),10}";
        string Range(double from, double to) => $"{string.Create(CultureInfo.InvariantCulture, $"{from.ToString(format, CultureInfo.InvariantCulture)}–{to.ToString(format, CultureInfo.InvariantCulture)}"),22}";
    }

    private string ImagesPerSecond(Quartiles milliseconds) => (batch / milliseconds.Median * 1e3).ToString("F0", CultureInfo.InvariantCulture);
}

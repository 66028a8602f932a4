namespace GpuNet.Cli.Output;

/// <summary>Values as columns of block characters, each as high as its value, in eighths of a line.</summary>
internal static class Chart
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const int Eighths = 8;

    /// <summary>A line of characters as high as the values, from the least to the greatest.</summary>
    public static string Sparkline(IReadOnlyList<double> values) => Lines(values, values.Min(), values.Max(), 1)[0];

    /// <summary>The same, several lines high, the topmost first, and from one value to another.</summary>
    public static string[] Lines(IReadOnlyList<double> values, double least, double most, int height)
    {
        double range = most - least;
        int[] columns = [.. values.Select(value => 1 + (range > 0 ? (int)Math.Round((value - least) / range * (Eighths * height - 1)) : 0))];
        return [.. Enumerable.Range(1, height).Select(line => string.Concat(columns.Select(column => Blocks[Math.Clamp(column - Eighths * (height - line), 0, Eighths)])))];
    }
}

using System.Globalization;

namespace GpuNet.Bench.Measurement;

/// <summary>Numbers of things.</summary>
internal static class Counted
{
    /// <summary>So many of a thing: <c>1 worker</c>, <c>2 workers</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="thing">One of them; its plural has an s.</param>
    public static string Of(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");
}

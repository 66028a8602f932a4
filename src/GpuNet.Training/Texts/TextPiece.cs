using System.Globalization;

namespace GpuNet.Training.Texts;

/// <summary>What texts and messages about them are put together from.</summary>
internal static class TextPiece
{
    /// <summary>The shortest text that reads back to the same double; small numbers without an exponent, as people write them.</summary>
    public static string Number(double value)
    {
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        // 17 digits after at most 9 zeros fit a decimal's 28 places, so the detour loses nothing.
        return Math.Abs(value) is > 1e-10 and < 1e-4
            ? decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : shortest;
    }

    /// <summary>The same for what is so small that people write an exponent.</summary>
    public static string Small(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');

    /// <summary>A piece of the user's text for a message: on one line and not too long.</summary>
    public static string Quote(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        return line.Length <= 40 ? line : line[..37] + "...";
    }
}

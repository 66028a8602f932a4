namespace GpuNet.Training.Files;

/// <summary>Text of a file that may say anything, for a message.</summary>
internal static class ForeignText
{
    /// <summary>What goes to a terminal: one line without control characters, and no page of it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters that may be kept.</param>
    /// <returns>The text, cut off if it is longer.</returns>
    public static string Shorten(string text, int longest = 500) =>
        new([.. text.Take(longest).Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter)]);
}

namespace GpuNet.Training.Reports;

/// <summary>Commands as they are typed.</summary>
internal static class ShellText
{
    private const string Plain = "-_./:=,+@";

    /// <summary>Joins a command's words, with quotes (of POSIX shells) where they are needed.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <returns>One line that a shell takes apart into the same words.</returns>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

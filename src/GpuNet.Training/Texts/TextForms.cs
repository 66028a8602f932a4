using System.Collections.Immutable;

namespace GpuNet.Training.Texts;

/// <summary>
/// Everything of one sort that is written as <c>name:key=value,key=value</c>. Blanks around names, keys and values do not matter; numbers are written with
/// a point, whatever the culture.
/// </summary>
/// <param name="sort">What one is called in a message, such as <c>optimizer</c>.</param>
/// <param name="sorts">What several are called.</param>
/// <param name="broken">Makes the exception of a text that is none, from one line for the user.</param>
/// <param name="rows">For each its form, and how it is made from its arguments.</param>
internal sealed class TextForms<T>(string sort, string sorts, Func<string, Exception> broken, ImmutableArray<(TextForm Form, Func<TextArguments, T> Make)> rows)
{
    // A hundred stages, or thousands of iterations, and few enough that no text takes long to refuse.
    private const int Longest = 10_000;

    /// <summary>Their forms.</summary>
    public IEnumerable<TextForm> Forms => rows.Select(row => row.Form);

    /// <summary>Names them all.</summary>
    public string Known => $"The {sorts} are {string.Join(", ", rows.Select(row => row.Form.Name))}";

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="Exception">It is empty, names nothing, or its arguments break their rules.</exception>
    public T Parse(string text)
    {
        ThrowIfTooLong(text);
        if (string.IsNullOrWhiteSpace(text))
            throw broken($"The {sort} is empty. {Known}. Example: {rows[0].Form.Example}");
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        foreach (var (form, make) in rows)
        {
            if (form.Name == parts[0])
                return make(new TextArguments(form, parts.Length == 2 ? parts[1] : "", broken));
        }

        throw broken($"Unknown {sort} '{TextPiece.Quote(parts[0])}'. {Hint(parts[0])}{Known}.");
    }

    /// <summary>Throws if a text is longer than any that somebody would write.</summary>
    /// <param name="text">The text, which may join several.</param>
    /// <exception cref="Exception">It is too long.</exception>
    public void ThrowIfTooLong(string text)
    {
        if (text.Length > Longest)
            throw broken($"The {sort} has {text.Length} characters, but a text has at most {Longest}. It begins with '{TextPiece.Quote(text[..100])}'.");
    }

    private string Hint(string name)
    {
        string nearest = rows.Select(row => row.Form.Name).MinBy(known => Distance(name.ToLowerInvariant(), known))!;
        return Distance(name.ToLowerInvariant(), nearest) <= Math.Max(2, nearest.Length / 2) ? $"Did you mean '{nearest}'? " : "";
    }

    /// <summary>Levenshtein's edit distance; 0 for the beginning of the word, at most 2 for a longer form of it (exponential, polynomial).</summary>
    private static int Distance(string given, string word)
    {
        if (given.Length > 1 && word.StartsWith(given, StringComparison.Ordinal))
            return 0;
        int[] row = [.. Enumerable.Range(0, word.Length + 1)];
        foreach (char c in given)
        {
            int diagonal = row[0]++;
            for (int j = 0; j < word.Length; j++)
            {
                int replaced = diagonal + (c == word[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(row[j], diagonal));
            }
        }

        return given.StartsWith(word, StringComparison.Ordinal) ? Math.Min(2, row[^1]) : row[^1];
    }
}

using System.Globalization;

namespace GpuNet.Training.Texts;

/// <summary>The <c>key=value</c> pairs of one text, checked against its form: every key known and there once, and none missing that must be there.</summary>
internal sealed class TextArguments
{
    private readonly TextForm form;
    private readonly Func<string, Exception> broken;
    private readonly Dictionary<string, string> values = [];

    internal TextArguments(TextForm form, string text, Func<string, Exception> broken)
    {
        this.form = form;
        this.broken = broken;
        foreach (string pair in text.Length == 0 ? [] : text.Split(','))
        {
            Add(pair.Split('=', StringSplitOptions.TrimEntries));
        }

        string[] missing = [.. form.Keys.Where(key => !values.ContainsKey(key))];
        if (missing.Length > 0)
        {
            throw Broken($"{string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} missing");
        }
    }

    /// <summary>The value of a key that holds a number.</summary>
    internal double Number(string key) =>
        double.TryParse(values[key], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw Broken($"{key}={TextPiece.Quote(values[key])} is not a finite number");

    /// <summary>The value of a key that holds a number of iterations.</summary>
    internal long Whole(string key) => Whole(key, values[key]);

    /// <summary>The value of a key that may be left out.</summary>
    internal double Number(string key, double otherwise) => values.ContainsKey(key) ? Number(key) : otherwise;

    /// <summary>The whole number of a key that may be left out.</summary>
    internal long? WholeIfGiven(string key) => values.ContainsKey(key) ? Whole(key) : null;

    /// <summary>The word of a key that may be left out, which means the first of the words.</summary>
    internal T Word<T>(string key, params (string Word, T Value)[] words)
    {
        if (!values.TryGetValue(key, out string? text))
            return words[0].Value;
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }

        throw Broken($"{key}={TextPiece.Quote(text)} is not one of {string.Join(", ", words.Select(word => word.Word))}");
    }

    /// <summary>The value of a key that holds iterations joined by '+'.</summary>
    internal IEnumerable<long> Wholes(string key) => values[key].Split('+').Select(part => Whole(key, part));

    private long Whole(string key, string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Broken($"{key}={TextPiece.Quote(text)} is not a whole number of at most {long.MaxValue}");

    private void Add(string[] pair)
    {
        if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
        {
            throw Broken($"'{TextPiece.Quote(string.Join('=', pair))}' is not of the form key=value");
        }

        if (!form.Keys.Contains(pair[0]) && !form.OptionalKeys.Contains(pair[0]))
        {
            string keys = string.Join(" and, if wanted, ", new[] { form.Keys, form.OptionalKeys }.Where(some => some.Count > 0).Select(some => string.Join(", ", some)));
            throw Broken($"unknown key '{TextPiece.Quote(pair[0])}'; its keys are {keys}");
        }

        if (!values.TryAdd(pair[0], pair[1]))
        {
            throw Broken($"{pair[0]} is given twice, as {TextPiece.Quote(values[pair[0]])} and as {TextPiece.Quote(pair[1])}");
        }
    }

    private Exception Broken(string what) => broken($"{form.Name}: {what}. Example: {form.Example}");
}

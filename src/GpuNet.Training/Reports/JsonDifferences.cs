using System.Text.Json;
using GpuNet.Training.Files;

namespace GpuNet.Training.Reports;

/// <summary>Where two pieces of JSON differ.</summary>
internal static class JsonDifferences
{
    // Longer values are cut off.
    private const int LongestValue = 80;

    /// <summary>Names every member that is not the same.</summary>
    /// <param name="before">What was written.</param>
    /// <param name="now">What would be written now.</param>
    /// <param name="path">What both are called.</param>
    /// <returns>Texts such as <c>configuration.batch was 100 and is 50 now</c>.</returns>
    /// <exception cref="InvalidOperationException">A text is no UTF-8, or has half of a surrogate pair: the parser lets that pass.</exception>
    public static IEnumerable<string> Of(JsonElement before, JsonElement now, string path = "")
    {
        if (before.ValueKind != JsonValueKind.Object || now.ValueKind != JsonValueKind.Object)
            return JsonElement.DeepEquals(before, now) ? [] : [$"{(path.Length > 0 ? path : "it")} was {TextOf(before)} and is {TextOf(now)} now"];
        return before.EnumerateObject().Concat(now.EnumerateObject()).Select(member => member.Name).Distinct().SelectMany(name =>
        {
            string member = path.Length > 0 ? $"{path}.{ForeignText.Shorten(name, LongestValue)}" : ForeignText.Shorten(name, LongestValue);
            return (before.TryGetProperty(name, out var old), now.TryGetProperty(name, out var other)) switch
            {
                (true, true) => Of(old, other, member),
                (true, false) => [$"{member} was {TextOf(old)} and is not there now"],
                _ => [$"{member} was not there and is {TextOf(other)} now"],
            };
        });
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "something",
        JsonValueKind.Null => "not set",
        _ => ForeignText.Shorten(value.GetRawText(), LongestValue),
    };
}

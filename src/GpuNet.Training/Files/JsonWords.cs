using System.Text.Json;

namespace GpuNet.Training.Files;

/// <summary>The words of a JSON text.</summary>
internal static class JsonWords
{
    // Of our own files an evaluation, which is the most there is of, has 10 tokens in 1 object of some 130 bytes. The rest has 2,000 tokens and 300 objects.
    private const int TokensBeside = 4000, BytesOfToken = 10;
    private const int ObjectsBeside = 400, BytesOfObject = 80;

    /// <summary>
    /// Whether a text has no more values and objects than one of its length that was written here. What is read of a value may take 12 bytes and of an object 160,
    /// so a text of many small ones would take many times its own length.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <returns>Whether that is so.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool AreOfSize(ReadOnlySpan<byte> json)
    {
        long tokens = TokensBeside + json.Length / BytesOfToken, objects = ObjectsBeside + json.Length / BytesOfObject;
        var reader = new Utf8JsonReader(json);
        while (tokens >= 0 && objects >= 0 && reader.Read())
        {
            tokens--;
            if (reader.TokenType == JsonTokenType.StartObject)
                objects--;
        }

        return tokens >= 0 && objects >= 0;
    }

    /// <summary>
    /// Whether every word outside of texts is <c>true</c>, <c>false</c> or <c>null</c>. The message of .NET's error about another word holds all that follows, several times over: of
    /// a text of 16 MB up to 144 MB. So what comes from elsewhere is asked this first.
    /// </summary>
    /// <param name="json">The text, in UTF-8, which need not be JSON.</param>
    /// <returns>Whether that is so.</returns>
    public static bool AreKnown(ReadOnlySpan<byte> json)
    {
        bool isInText = false;
        for (int i = 0; i < json.Length; i++)
        {
            var rest = json[i..];
            if (rest[0] == '"')
            {
                isInText = !isInText;
            }
            else if (isInText)
            {
                i += rest[0] == '\\' ? 1 : 0;
            }
            else if (rest[0] is (byte)'t' or (byte)'f' or (byte)'n')
            {
                int length = rest.StartsWith("true"u8) || rest.StartsWith("null"u8) ? 4 : rest.StartsWith("false"u8) ? 5 : 0;
                if (length == 0)
                    return false;
                i += length - 1;
            }
        }

        return true;
    }
}

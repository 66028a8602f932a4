namespace GpuNet.Training.Files;

/// <summary>The words of a JSON text.</summary>
internal static class JsonWords
{
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

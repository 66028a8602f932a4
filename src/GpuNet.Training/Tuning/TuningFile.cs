using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Training.Files;

namespace GpuNet.Training.Tuning;

/// <summary>
/// A device's tuning as a small JSON file: format, version, device, driver, and for each product (op and sizes) the tiles and the parts of its sums. It
/// counts for that device and driver only, and whole: a file with one impossible line is refused.
/// </summary>
public static class TuningFile
{
    /// <summary>The version that is written and read; another is refused.</summary>
    public const int Version = 1;

    /// <summary>Bytes that a file may have: some ten thousand products.</summary>
    public const int MostBytes = 2 << 20;

    private const string Format = "gpunet-tuning";

    // Longer texts are nobody's device.
    private const int LongestText = 500;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Where the files of this user's devices lie: the folder that the environment variable GPUNET_TUNING names, else <c>gpunet/tuning</c> in the
    /// user's cache folder (XDG_CACHE_HOME or ~/.cache; LOCALAPPDATA on Windows).</summary>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    /// <returns>The folder, which need not exist.</returns>
    public static string DefaultFolder(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (environment("GPUNET_TUNING") is { Length: > 0 } chosen)
            return chosen;
        string? cache = OperatingSystem.IsWindows() ? environment("LOCALAPPDATA") : environment("XDG_CACHE_HOME");
        // The XDG specification has relative paths ignored.
        if (cache is null || !Path.IsPathRooted(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "gpunet", "tuning");
    }

    /// <summary>The file of a device: its kind and name, as far as a file's name can hold them.</summary>
    /// <param name="session">The device.</param>
    /// <param name="folder">The folder; null for <see cref="DefaultFolder"/>.</param>
    /// <returns>The path; the file need not exist.</returns>
    public static string PathOf(DeviceSession session, string? folder = null)
    {
        string name = new([.. DeviceOf(session).Take(100).Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')]);
        return Path.Combine(folder ?? DefaultFolder(), $"{name}.json");
    }

    /// <summary>Reads a tuning and gives it to a session: <see cref="DeviceSession.UseTuning"/>.</summary>
    /// <param name="session">The device.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="TuningException">The file cannot be read, is broken, of another version, device or driver, or has a line that the device cannot run; the
    /// session is as it was.</exception>
    public static void Apply(DeviceSession session, string path)
    {
        var products = Read(session, path);
        try
        {
            session.UseTuning(products);
        }
        catch (TuningException error)
        {
            throw Refuse(path, ForeignText.Shorten(error.Message), error);
        }
    }

    /// <summary>Reads a tuning of a device.</summary>
    /// <param name="session">The device.</param>
    /// <param name="path">The file.</param>
    /// <returns>Its lines; the device need not be able to run all of them.</returns>
    /// <exception cref="TuningException">The file cannot be read, is broken, or is of another version, device or driver.</exception>
    public static IReadOnlyList<TunedProduct> Read(DeviceSession session, string path)
    {
        var content = Parse(path, ReadBytes(path));
        if (content.Device != DeviceOf(session))
            throw Refuse(path, $"it is of device '{ForeignText.Shorten(content.Device)}', and this is '{DeviceOf(session)}'. Delete it, or run `gpunet tune` again.");
        if (content.Driver != session.Driver)
            throw Refuse(path, $"it was measured with driver '{ForeignText.Shorten(content.Driver)}', and now there is '{session.Driver}'. Run `gpunet tune` again, or delete it.");
        return [.. content.Products.Select(line => new TunedProduct(line.Op, line.Groups, line.Rows, line.Columns, line.Depth, line.Variant, line.Splits))];
    }

    /// <summary>Throws unless a tuning can be written: before hours are spent on measuring. Makes the folder.</summary>
    /// <param name="path">The file, which is left as it is.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void ThrowIfNotWritable(string path)
    {
        MakeFolder(path);
        try
        {
            if (Directory.Exists(path))
                throw new IOException("there is a folder of this name.");
            using var probe = new FileStream($"{path}.{Environment.ProcessId}.probe", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
    }

    /// <summary>Writes a tuning; a reader sees the old file or the whole new one.</summary>
    /// <param name="session">The device that it was measured on.</param>
    /// <param name="path">The file; its folder is made if it is not there.</param>
    /// <param name="products">The choices.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(DeviceSession session, string path, IReadOnlyList<TunedProduct> products)
    {
        MakeFolder(path);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Content(Format, Version, DeviceOf(session), session.Driver, [.. products.Select(Line.Of)]), Options));
    }

    private static void MakeFolder(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
    }

    private static OutputException Unwritable(string path, Exception error) =>
        new($"file '{path}' cannot be written: {error.Message} Name another folder with the environment variable GPUNET_TUNING.", error);

    // Not the number: that may change when a device is added.
    private static string DeviceOf(DeviceSession session) => $"{session.Description.Id.Split(':')[0]} {session.Description.Name}";

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return BoundedFile.Read(path, MostBytes) ?? throw Refuse(path, $"it has more than {MostBytes} bytes, which no tuning has. Delete it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, $"it cannot be read: {ForeignText.Shorten(error.Message)} Make it readable, or delete it.", error);
        }
    }

    private static Content Parse(string path, byte[] bytes)
    {
        try
        {
            if (!JsonWords.AreKnown(bytes))
                throw new JsonException("a word of it is no JSON.");
            // The version first: another one may have other members.
            var (format, version) = HeadOf(bytes);
            if (format != Format)
                throw Refuse(path, $"it is no file of format '{Format}'. Delete it, or run `gpunet tune` again.");
            if (version != Version.ToString(CultureInfo.InvariantCulture))
                throw Refuse(path, $"it is of version {ForeignText.Shorten(version ?? "unknown")}, and this program reads version {Version}. Run `gpunet tune` again, or delete it.");
            return JsonSerializer.Deserialize<Content>(bytes, Options)!;
        }
        // A text with half a surrogate pair is JSON, and nothing that can be compared.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Refuse(path, $"it is broken: {ForeignText.Shorten(error.Message.ReplaceLineEndings(" "))} Run `gpunet tune` again, or delete it.", error);
        }
    }

    // The format, and the version as it is written; each null if the file does not say, or is no object. Walks over the rest, whose tree would take many times its size.
    private static (string? Format, string? Version) HeadOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        string? format = null, version = null;
        bool isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        while (reader.Read())
        {
            if (!isObject || reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            bool isFormat = reader.ValueTextEquals("format"u8), isVersion = reader.ValueTextEquals("version"u8);
            reader.Read();
            if (isFormat && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Format))
                format = Format;
            if (isVersion && reader.TokenType is JsonTokenType.Number or JsonTokenType.String && reader.ValueSpan.Length <= LongestText)
                version = Encoding.UTF8.GetString(bytes[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]);
        }

        return (format, version);
    }

    private static TuningException Refuse(string path, string what, Exception? cause = null) => new($"tuning file '{path}': {what}", cause);

    private sealed record Content(string Format, int Version, string Device, string Driver, IReadOnlyList<Line> Products);

    // No struct, whose members may be left out: a million of "{}" would be a million products.
    private sealed record Line(string Op, int Groups, int Rows, int Columns, int Depth, string Variant, int Splits)
    {
        public static Line Of(TunedProduct product) => new(product.Op, product.Groups, product.Rows, product.Columns, product.Depth, product.Variant, product.Splits);
    }
}

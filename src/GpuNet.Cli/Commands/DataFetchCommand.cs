using System.CommandLine;
using GpuNet.Cli.Options;
using GpuNet.Cli.Output;
using GpuNet.Training;
using GpuNet.Training.Data.Fetching;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet data fetch</c>: downloads a data set, verifies and unpacks it.</summary>
internal sealed class DataFetchCommand : Command, INotedCommand
{
    private readonly CliConsole console;
    private readonly Argument<string> name = new("NAME") { Description = string.Join(", ", DownloadableSet.All.Select(set => set.Name)) };
    private readonly Option<string?> folder = OptionFactory.Text("--out", "DIR", "Folder to make [default: data/NAME]");
    private readonly Option<string?> mirror = OptionFactory.Text("--mirror", "URL", "Address to take the files from instead of the publisher's; their checksums must be the published ones");

    public DataFetchCommand(CliConsole console, CancellationToken cancellation) : base("fetch", "Download a data set, verify its checksums and unpack it; a broken download is resumed")
    {
        this.console = console;
        Add(name);
        Options.Add(folder);
        Options.Add(mirror);
        SetAction(parsed => (int)Run(parsed, cancellation));
    }

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet data fetch cifar10",
        "  gpunet data fetch fashion-mnist --out /data/fashion-mnist",
    ];

    private ExitCode Run(ParseResult parsed, CancellationToken cancellation)
    {
        var set = DownloadableSet.Named(parsed.GetRequiredValue(name));
        if (parsed.GetValue(mirror) is { } address)
            set = set with { BaseAddress = AddressOf(address) };
        string target = parsed.GetValue(folder) ?? DataOptions.FolderOf(set.Name);
        // A silent connection is the fetcher's business; a large file may take any time.
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"gpunet/{Versions.Current.GpuNet}");
        console.Note($"Fetching {set.Name} from {set.BaseAddress} to {target}.");
        bool fetched = FetchView.For(console).Show(progress => new DataFetcher(client).FetchAsync(set, target, progress, cancellation));
        console.Show(fetched ? $"Fetched {set.Name}: {target}" : $"{set.Name} is there, and its checksums hold: {target}");
        return ExitCode.Success;
    }

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new TrainingException($"--mirror is '{text}'; it must be an http or https address.");
}

using GpuNet.Training.Data.Fetching;

namespace GpuNet.Cli.Output;

/// <summary>Shows a download on standard error while it runs.</summary>
internal abstract class FetchView
{
    /// <summary>The form that fits the console.</summary>
    public static FetchView For(CliConsole console) => console.IsLive ? new LiveFetchView(console) : new PlainFetchView(console);

    /// <summary>Shows a fetch until it is done, and waits for it.</summary>
    public abstract bool Show(Func<IProgress<FetchProgress>, Task<bool>> fetch);
}

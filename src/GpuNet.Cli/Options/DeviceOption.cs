using System.CommandLine;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tuning;
using GpuNet.Training.Tuning;

namespace GpuNet.Cli.Options;

/// <summary><c>--device</c>.</summary>
internal sealed class DeviceOption
{
    private const string Auto = "auto";
    private readonly Option<string> device = new("--device")
    {
        Description = $"{DeviceCatalog.Selectors}; auto takes the first usable one of `gpunet devices`",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Func<string, DeviceSession> open;

    public DeviceOption(Command command, Func<string, DeviceSession> open)
    {
        this.open = open;
        command.Options.Add(device);
    }

    /// <summary>Opens the device as it is, without a tuning.</summary>
    public DeviceSession OpenUntuned(ParseResult parsed) => open(parsed.GetValue(device)!);

    /// <summary>Opens the device with what <c>gpunet tune</c> found on it, if anything; a file that is broken or foreign is ignored, with a warning.</summary>
    public DeviceSession Open(ParseResult parsed, CliConsole console)
    {
        var session = OpenUntuned(parsed);
        try
        {
            // The processor's kernels choose their tiles themselves.
            if (session.Kind != DeviceKind.Cpu)
                ApplyTuning(session, console);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void ApplyTuning(DeviceSession session, CliConsole console)
    {
        string path = TuningFile.PathOf(session);
        if (!Path.Exists(path))
            return;
        try
        {
            TuningFile.Apply(session, path);
            console.Note($"Tuning: {path}.");
        }
        catch (TuningException error)
        {
            console.Warn($"{error.Message} Until then the defaults are used.");
        }
    }

    /// <summary>Says which device was opened: loudly if it is the processor and nobody asked for that.</summary>
    public void Announce(ParseResult parsed, CliConsole console, DeviceSession session)
    {
        bool isAuto = parsed.GetValue(device) == Auto;
        var taken = session.Description;
        if (isAuto && taken.Kind == DeviceKind.Cpu)
            console.Warn($"No GPU found: running on the processor ({taken.Name}). `gpunet devices` says which devices there are and why one cannot be used; --device cpu takes the processor without this warning.");
        else
            console.Note($"Device: {taken.Id} ({taken.Name}){(isAuto ? ", chosen by auto" : "")}.");
    }
}

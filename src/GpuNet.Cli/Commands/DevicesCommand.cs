using System.CommandLine;
using GpuNet.Cli.Output;
using GpuNet.Kernels.Devices;
using GpuNet.Training.Reports;

namespace GpuNet.Cli.Commands;

/// <summary><c>gpunet devices</c>: every device, usable or why not, and which one is the default.</summary>
internal sealed class DevicesCommand : Command, INotedCommand
{
    public DevicesCommand(CliConsole console) : base("devices", "List every device, whether it can be used, and which one is the default") =>
        SetAction(_ =>
        {
            var devices = DeviceCatalog.List();
            var chosen = DeviceCatalog.DefaultOf(devices);
            console.Show(
                ["Device", "Name", "Memory", "Usable"],
                devices.Select(device => new[] { device.Id, device.Name, Format.Megabytes(device.MemoryBytes), UseOf(device, device == chosen) }));
            return (int)ExitCode.Success;
        });

    public IEnumerable<string> Notes =>
    [
        "Examples:",
        "  gpunet devices",
        "  gpunet compare --device cpu      train on a device of the list",
    ];

    private static string UseOf(DeviceDescription device, bool isDefault) => device switch
    {
        { Problem: { } problem } => $"no: {problem}",
        { Reservation: { } reservation } => $"only if it is named: {reservation}",
        _ => isDefault ? "yes, the default (--device auto)" : "yes",
    };
}

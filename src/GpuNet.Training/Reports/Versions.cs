using System.Reflection;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;

namespace GpuNet.Training.Reports;

/// <summary>The versions of what this process runs on.</summary>
/// <param name="GpuNet">GpuNet's version.</param>
/// <param name="DotNet">The runtime, such as <c>.NET 10.0.1</c>.</param>
/// <param name="Ilgpu">ILGPU's version.</param>
/// <param name="OperatingSystem">The operating system and its architecture.</param>
public sealed record Versions(string GpuNet, string DotNet, string Ilgpu, string OperatingSystem)
{
    /// <summary>Those of this process.</summary>
    public static Versions Current { get; } = new(
        VersionOf(typeof(Versions).Assembly),
        RuntimeInformation.FrameworkDescription,
        VersionOf(Assembly.Load(typeof(DeviceSession).Assembly.GetReferencedAssemblies().Single(name => name.Name == "ILGPU"))),
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");

    // The informational version without the commit that the SDK may append.
    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}

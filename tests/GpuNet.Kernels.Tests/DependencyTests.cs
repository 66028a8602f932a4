using System.Reflection;
using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tests;

public sealed class DependencyTests
{
    // The folder of the sources, found from the test's own file.
    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "src"));

    [Test]
    public void Only_the_kernels_use_ILGPU()
    {
        string kernels = typeof(DeviceSession).Assembly.GetName().Name!;
        string[] offenders = [.. Directory.EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}{kernels}{Path.DirectorySeparatorChar}") && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => File.ReadAllText(file).Contains("ILGPU."))];
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void No_public_member_of_the_kernels_shows_an_ILGPU_type()
    {
        var shown = typeof(DeviceSession).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => TypesOf(member).Any(type => type.Namespace?.StartsWith("ILGPU", StringComparison.Ordinal) == true))
            .Select(member => $"{member.DeclaringType}.{member.Name}");
        Assert.That(shown, Is.Empty);
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodBase method => [.. method.GetParameters().Select(parameter => parameter.ParameterType), method is MethodInfo info ? info.ReturnType : typeof(void)],
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };
}

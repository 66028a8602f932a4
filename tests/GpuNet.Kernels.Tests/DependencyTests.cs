using System.Reflection;
using System.Text.RegularExpressions;
using GpuNet.Kernels.Custom;
using GpuNet.Kernels.Devices;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests;

public sealed partial class DependencyTests
{
    [Test]
    public void Only_the_kernels_use_ILGPU()
    {
        string kernels = typeof(DeviceSession).Assembly.GetName().Name!;
        string[] offenders = [.. Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}{kernels}{Path.DirectorySeparatorChar}") && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => UseOfILGPU().IsMatch(File.ReadAllText(file)))];
        Assert.That(offenders, Is.Empty);
    }

    [TestCase("using ILGPU;", ExpectedResult = true)]
    [TestCase("global using static ILGPU.Grid;", ExpectedResult = true)]
    [TestCase("new ILGPU.Index2D(1, 2)", ExpectedResult = true)]
    [TestCase("/// <summary>What comes from ILGPU.</summary>", ExpectedResult = false)]
    [TestCase("version = \"ILGPU 1.5.3\"", ExpectedResult = false)]
    public bool A_use_of_ILGPU_is_told_from_a_mention(string text) => UseOfILGPU().IsMatch(text);

    // But for kernels that users write.
    [Test]
    public void No_public_member_of_the_kernels_shows_an_ILGPU_type()
    {
        var shown = typeof(DeviceSession).Assembly.GetExportedTypes()
            .Where(type => type != typeof(TensorKernel))
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => TypesOf(member).SelectMany(TypesIn).Any(type => type.Namespace?.StartsWith("ILGPU", StringComparison.Ordinal) == true))
            .Select(member => $"{member.DeclaringType}.{member.Name}");
        Assert.That(shown, Is.Empty);
    }

    [TestCase("GpuNet.Kernels")]
    [TestCase("GpuNet.Verification", "GpuNet.Kernels")]
    [TestCase("GpuNet.Layers", "GpuNet.Kernels")]
    [TestCase("GpuNet.Training", "GpuNet.Layers")]
    [TestCase("GpuNet.Cli", "GpuNet.Training", "GpuNet.Verification")]
    public void A_project_knows_those_below_it_and_no_other(string project, params string[] below)
    {
        string text = File.ReadAllText(Repository.At("src", project, $"{project}.csproj"));
        Assert.That(ProjectReference().Matches(text).Select(match => match.Groups[1].Value), Is.EquivalentTo(below));
    }

    [GeneratedRegex(@"\busing\s+(static\s+)?ILGPU\b|\bILGPU\.\w")]
    private static partial Regex UseOfILGPU();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?([\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();

    private static IEnumerable<Type> TypesIn(Type type) => [type, .. type.GetGenericArguments().SelectMany(TypesIn)];

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodBase method => [.. method.GetParameters().Select(parameter => parameter.ParameterType), method is MethodInfo info ? info.ReturnType : typeof(void)],
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };
}

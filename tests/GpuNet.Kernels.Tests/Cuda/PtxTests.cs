using System.Reflection;
using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;
using ILGPU;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>What every portable kernel becomes for CUDA, on every architecture; no GPU is needed.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class PtxTests
{
    private const int MostSharedBytes = 48 * 1024;

    // Arithmetic shifts of values that the listing does not show to be no less than 0, and why they are.
    private static readonly Dictionary<string, string> AllowedShifts = new()
    {
    };

    private static IEnumerable<TestCaseData> Kernels() =>
        from kernel in PortableKernels.All
        from architecture in PtxCompiler.Architectures
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(PortableKernels.NameOf(kernel), architecture);

    [TestCaseSource(nameof(Kernels))]
    public void A_kernel_falls_into_no_trap_on_CUDA(MethodInfo kernel, string architecture)
    {
        var listing = PtxCompiler.Compile(kernel, architecture);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listing.UsesLocalMemory, Is.False, "values are kept in local memory: an array is indexed by a variable");
            Assert.That(listing.HasCalls, Is.False, "functions are called");
            Assert.That(listing.HasUndefinedFunctions, Is.False, "functions are called that nobody defines");
            Assert.That(listing.SharedBytes, Is.AtMost(MostSharedBytes), "bytes of shared memory");
            if (!AllowedShifts.ContainsKey(PortableKernels.NameOf(kernel)))
                Assert.That(listing.PossiblyNegativeShifts, Is.Empty, "arithmetic shifts, or divisions by constant powers of two, of values that may be negative");
        }
    }

    // Compared with O0, which moves nothing; on one architecture, since what is moved is decided before that matters.
    [Test]
    public void No_load_moves_past_a_barrier()
    {
        const string architecture = "sm_80";
        var shared = PortableKernels.All.Where(kernel => PtxCompiler.Compile(kernel, architecture).Barriers.Count > 0).ToArray();
        Assert.That(shared, Has.Length.AtLeast(40));
        Assert.That(
            shared.Where(kernel => !PtxCompiler.Compile(kernel, architecture).Barriers.SequenceEqual(PtxCompiler.Compile(kernel, architecture, default, OptimizationLevel.O0).Barriers))
                .Select(PortableKernels.NameOf),
            Is.Empty);
    }

    // ILGPU 1.5.3 names no target above sm_80, which newer devices run too.
    [TestCase("sm_52", "sm_52")]
    [TestCase("sm_61", "sm_61")]
    [TestCase("sm_70", "sm_70")]
    [TestCase("sm_80", "sm_80")]
    [TestCase("sm_90", "sm_80")]
    public void A_listing_names_its_target(string architecture, string target) =>
        Assert.That(PtxCompiler.Compile(PortableKernels.All[0], architecture).Target, Is.EqualTo(target));

    [Test]
    public void Every_allowed_shift_is_there() => Assert.That(
        AllowedShifts.Keys,
        Is.SubsetOf(PortableKernels.All.Where(kernel => PtxCompiler.Compile(kernel, "sm_80").PossiblyNegativeShifts.Count > 0).Select(PortableKernels.NameOf)));

    [Test]
    public void Kernels_are_launched_from_classes_of_kernels_only() => Assert.That(
        LaunchedKernels.In(typeof(DeviceSession).Assembly).Select(PortableKernels.NameOf).Except(PortableKernels.Definitions.Select(PortableKernels.NameOf)),
        Is.Empty);

    [Test]
    public void Every_kernel_in_a_class_is_launched() => Assert.That(
        PortableKernels.Definitions.Select(PortableKernels.NameOf).Except(LaunchedKernels.In(typeof(DeviceSession).Assembly).Select(PortableKernels.NameOf)),
        Is.Empty);

    // ILGPU would choose the groups of a kernel whose first parameter is an index.
    [Test]
    public void Every_kernel_is_grouped_by_its_launcher() => Assert.That(
        PortableKernels.Definitions.Where(kernel => kernel.GetParameters()[0].ParameterType == typeof(Index1D)).Select(PortableKernels.NameOf),
        Is.Empty);

    [Test]
    public void No_template_and_none_of_its_type_arguments_is_left_out()
    {
        var templates = PortableKernels.Definitions.Where(kernel => kernel.ContainsGenericParameters).ToArray();
        Assert.That(templates.Select(PortableKernels.NameOf).Select(NameAlone).Except(PortableKernels.All.Select(PortableKernels.NameOf).Select(NameAlone)), Is.Empty);

        var constraints = templates.SelectMany(ParametersOf).SelectMany(parameter => parameter.GetGenericParameterConstraints()).Where(type => type.IsInterface).ToHashSet();
        var arguments = PortableKernels.All.SelectMany(ParametersOf).Select(DefinitionOf).ToHashSet();
        var candidates = typeof(DeviceSession).Assembly.GetTypes().Where(type => type.IsValueType && type.GetInterfaces().Any(constraints.Contains));
        Assert.That(candidates.Except(arguments), Is.Empty);
    }

    /// <summary>The table goes to the test's output, and to the file that GPUNET_PTX_TABLE names if it is set: .ci/run prints that.</summary>
    [Test]
    public void A_table_of_the_main_loops_is_printed()
    {
        const string architecture = "sm_80";
        string table = PtxTable.Of(architecture, PortableKernels.All.Select(kernel => (PortableKernels.NameOf(kernel), PtxCompiler.Compile(kernel, architecture))));
        TestContext.Out.WriteLine(table);
        if (Environment.GetEnvironmentVariable("GPUNET_PTX_TABLE") is { Length: > 0 } file)
            File.WriteAllText(file, table);
        Assert.That(table.TrimEnd().Split('\n'), Has.Length.EqualTo(PortableKernels.All.Count + PtxTable.HeadLines));
    }

    private static string NameAlone(string name) => name.Split('<')[0];

    private static Type DefinitionOf(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static IEnumerable<Type> ParametersOf(MethodInfo kernel) =>
        kernel.GetGenericArguments().Concat(kernel.DeclaringType!.GetGenericArguments());
}

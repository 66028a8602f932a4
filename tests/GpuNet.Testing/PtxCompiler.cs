using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuNet.Testing;

/// <summary>Compiles kernels to PTX text, which needs no GPU: what a kernel becomes can be asserted anywhere.</summary>
public static partial class PtxCompiler
{
    /// <summary>The architectures that kernels are checked for: Maxwell, the oldest that CUDA 12 supports, and Ampere.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["sm_52", "sm_80"];

    /// <summary>Compiles a kernel: an implicitly grouped one if its first parameter is an index, else an explicitly grouped one.</summary>
    /// <param name="kernel">A static method.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <returns>The PTX text of the module.</returns>
    public static string Compile(MethodInfo kernel, string architecture)
    {
        var target = architecture == "sm_52" ? CudaArchitecture.SM_52 : CudaArchitecture.SM_80;
        // A context of its own: after a kernel that fails to compile, a context fails the next ones too.
        using var context = Context.Create(builder =>
        {
            KernelIntrinsics.Register(builder);
            builder.EnableAlgorithms();
        });
        var entry = kernel.GetParameters()[0].ParameterType == typeof(Index1D)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        using var backend = new PTXBackend(context, new CudaCapabilityContext(target), target, CudaInstructionSet.ISA_70, null);
        return ((PTXCompiledKernel)backend.Compile(entry, default(KernelSpecialization))).PTXAssembly;
    }

    /// <summary>The shared memory that a group takes. More than 48 KB compiles, but fails to load.</summary>
    /// <param name="ptx">The PTX text.</param>
    /// <returns>Bytes.</returns>
    public static int SharedBytesOf(string ptx) => SharedArray().Matches(ptx).Sum(array => int.Parse(array.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\.shared\s+\.align\s+\d+\s+\.b8\s+\w+\[(\d+)\]")]
    private static partial Regex SharedArray();
}

using System.Collections.Concurrent;
using System.Reflection;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuNet.Testing.Ptx;

/// <summary>Compiles kernels to PTX, which needs no GPU: what a kernel becomes can be asserted anywhere.</summary>
public static class PtxCompiler
{
    private static readonly ConcurrentDictionary<(MethodInfo Kernel, string Architecture, KernelSpecialization Specialization), PtxListing> Listings = [];

    // What ILGPU knows of methods that several kernels call is worth keeping.
    private static readonly Dictionary<OptimizationLevel, Context> Contexts = [];

    // The oldest instruction set that knows the architecture, but none before 7.0, which is CUDA 11's.
    private static readonly Dictionary<string, (CudaArchitecture Architecture, CudaInstructionSet Instructions)> Targets = new()
    {
        ["sm_52"] = (CudaArchitecture.SM_52, CudaInstructionSet.ISA_70),
        ["sm_61"] = (CudaArchitecture.SM_61, CudaInstructionSet.ISA_70),
        ["sm_70"] = (CudaArchitecture.SM_70, CudaInstructionSet.ISA_70),
        ["sm_80"] = (CudaArchitecture.SM_80, CudaInstructionSet.ISA_70),
        ["sm_90"] = (CudaArchitecture.SM_90, CudaInstructionSet.ISA_78),
    };

    /// <summary>The architectures that kernels are checked for: Maxwell, the oldest that CUDA 12 supports, Pascal, Volta, Ampere and Hopper.</summary>
    public static IReadOnlyList<string> Architectures { get; } = [.. Targets.Keys];

    /// <summary>Compiles a kernel, once a test run: an implicitly grouped one if its first parameter is an index, else an explicitly grouped one.</summary>
    /// <param name="kernel">A static method.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <param name="specialization">The group size and the groups a multiprocessor that the launcher asks for, if it does.</param>
    /// <param name="level">The optimisation level; that of every session by default.</param>
    /// <returns>What it became.</returns>
    public static PtxListing Compile(
        MethodInfo kernel, string architecture, KernelSpecialization specialization = default, OptimizationLevel level = OptimizationLevel.O1)
    {
        if (level != OptimizationLevel.O1)
            return CompileAnew(kernel, architecture, specialization, level);
        return Listings.GetOrAdd((kernel, architecture, specialization), key => CompileAnew(key.Kernel, key.Architecture, key.Specialization, level));
    }

    /// <summary>Compiles a kernel given as a delegate, as launchers take it.</summary>
    /// <param name="kernel">A static method.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <param name="specialization">The group size and the groups a multiprocessor that the launcher asks for, if it does.</param>
    /// <returns>What it became.</returns>
    public static PtxListing Compile(Delegate kernel, string architecture, KernelSpecialization specialization = default) =>
        Compile(kernel.Method, architecture, specialization);

    private static PtxListing CompileAnew(MethodInfo kernel, string architecture, KernelSpecialization specialization, OptimizationLevel level)
    {
        var (target, instructions) = Targets[architecture];
        var entry = kernel.GetParameters()[0].ParameterType == typeof(Index1D)
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        lock (Contexts)
        {
            if (!Contexts.TryGetValue(level, out var context))
                Contexts[level] = context = NewContext(level);
            try
            {
                using var backend = new PTXBackend(context, new CudaCapabilityContext(target), target, instructions, null);
                return PtxListing.Parse(((PTXCompiledKernel)backend.Compile(entry, specialization)).PTXAssembly);
            }
            catch
            {
                // After a kernel that fails to compile, a context fails the next ones too.
                Contexts.Remove(level);
                context.Dispose();
                throw;
            }
        }
    }

    private static Context NewContext(OptimizationLevel level) => Context.Create(builder =>
    {
        KernelIntrinsics.Register(builder);
        builder.EnableAlgorithms().Optimize(level);
    });
}

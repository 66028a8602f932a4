using System.Reflection;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuNet.Testing;

/// <summary>Compiles kernels to PTX text, which needs no GPU: what a kernel becomes can be asserted anywhere.</summary>
public static class PtxCompiler
{
    /// <summary>The architectures that kernels are checked for: Maxwell, the oldest that CUDA 12 supports, and Ampere.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["sm_52", "sm_80"];

    /// <summary>Compiles an explicitly grouped kernel.</summary>
    /// <param name="kernel">A static method.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <returns>The PTX text of the module.</returns>
    public static string Compile(MethodInfo kernel, string architecture)
    {
        var target = architecture == "sm_52" ? CudaArchitecture.SM_52 : CudaArchitecture.SM_80;
        using var context = Context.Create(BarrierIntrinsic.Register);
        using var backend = new PTXBackend(context, new CudaCapabilityContext(target), target, CudaInstructionSet.ISA_70, null);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default(KernelSpecialization))).PTXAssembly;
    }
}

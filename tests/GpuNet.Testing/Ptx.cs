using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace GpuNet.Testing;

/// <summary>Compiles kernels for CUDA without a GPU.</summary>
public static class Ptx
{
    /// <summary>The PTX text of an implicitly grouped kernel.</summary>
    /// <param name="kernel">The static method; its first parameter is the index.</param>
    /// <returns>The text.</returns>
    public static string Of(MethodInfo kernel)
    {
        // A context of its own: after a kernel that fails to compile, a context fails the next ones too.
        using var context = Context.Create(builder => builder.EnableAlgorithms());
        var architecture = CudaArchitecture.SM_80;
        using var backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_70, null);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(kernel), default)).PTXAssembly;
    }
}

using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace GpuNet.Kernels.Devices;

/// <summary>What kernels for GPUs say that ILGPU lacks or gets wrong. Every context registers it before a kernel is compiled.</summary>
internal static class KernelIntrinsics
{
    /// <summary>Makes the intrinsics known to a context.</summary>
    public static void Register(Context.Builder builder)
    {
        BarrierIntrinsic.Register(builder);
        FusedMultiplyAddIntrinsic.Register(builder);
        GlobalMemoryIntrinsics.Register(builder);
        SharedMemoryIntrinsics.Register(builder);
    }

    /// <summary>Lets two methods of an intrinsic's class write its code.</summary>
    /// <param name="builder">The context to be.</param>
    /// <param name="method">The intrinsic.</param>
    /// <param name="emitPtx">The method that writes PTX.</param>
    /// <param name="emitOpenCL">The method that writes OpenCL C.</param>
    public static void Implement(Context.Builder builder, MethodInfo method, string emitPtx, string emitOpenCL)
    {
        var manager = builder.GetIntrinsicManager();
        var type = method.DeclaringType!;
        manager.RegisterMethod(method, new PTXIntrinsic(type, emitPtx, IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(method, new CLIntrinsic(type, emitOpenCL, IntrinsicImplementationMode.GenerateCode));
    }
}

using ILGPU;

namespace GpuNet.Kernels.Devices;

/// <summary>What kernels for GPUs say that ILGPU lacks or gets wrong. Every context registers it before a kernel is compiled.</summary>
internal static class KernelIntrinsics
{
    /// <summary>Makes the intrinsics known to a context.</summary>
    public static void Register(Context.Builder builder)
    {
        BarrierIntrinsic.Register(builder);
        FusedMultiplyAddIntrinsic.Register(builder);
        SharedQuadIntrinsic.Register(builder);
    }
}

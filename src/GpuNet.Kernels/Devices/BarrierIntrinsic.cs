using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Replaces <see cref="Group.Barrier()"/> in kernels for GPUs: ILGPU 1.5.3 emits it for OpenCL with a fence of global memory only, so that
/// one thread's writes to shared memory need not be seen by the others. This one fences both; on CUDA it is the same <c>bar.sync</c>.
/// <see cref="KernelIntrinsics"/> registers it.
/// </summary>
internal static class BarrierIntrinsic
{
    private static readonly MethodInfo Method = typeof(BarrierIntrinsic).GetMethod(nameof(Barrier), BindingFlags.NonPublic | BindingFlags.Static)!;

    // ILGPU keeps the remapping for the whole process and without a lock.
    static BarrierIntrinsic() => RemappedIntrinsics.AddRemapping(
        typeof(Group).GetMethod(nameof(Group.Barrier), Type.EmptyTypes)!, (ref InvocationContext call) => call.Method = Method);

    /// <summary>Makes the barrier known to a context.</summary>
    public static void Register(Context.Builder builder) => KernelIntrinsics.Implement(builder, Method, nameof(EmitPtx), nameof(EmitOpenCL));

    // The body is never translated for a GPU; the CPU accelerator runs the kernel's own Group.Barrier().
    [IntrinsicImplementation]
    private static void Barrier() => Group.Barrier();

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        using var command = generator.BeginCommand("bar.sync");
        command.AppendConstant(0);
    }

    // barrier, not work_group_barrier: the two are one in OpenCL C 2.0, and compilers of 1.2 know this name only.
    private static void EmitOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");
    }
}

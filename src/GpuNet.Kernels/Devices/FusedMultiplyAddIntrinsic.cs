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
/// Makes <see cref="MathF.FusedMultiplyAdd"/> one instruction in kernels for GPUs, where ILGPU 1.5.3 calls a function that does not exist.
/// </summary>
internal static class FusedMultiplyAddIntrinsic
{
    private static readonly MethodInfo Method = typeof(FusedMultiplyAddIntrinsic).GetMethod(nameof(FusedMultiplyAdd), BindingFlags.NonPublic | BindingFlags.Static)!;

    // ILGPU keeps the remapping for the whole process and without a lock.
    static FusedMultiplyAddIntrinsic() =>
        RemappedIntrinsics.AddRemapping(typeof(MathF).GetMethod(nameof(MathF.FusedMultiplyAdd))!, (ref InvocationContext call) => call.Method = Method);

    /// <summary>Makes the instruction known to a context.</summary>
    public static void Register(Context.Builder builder) => KernelIntrinsics.Implement(builder, Method, nameof(EmitPtx), nameof(EmitOpenCL));

    // The body is never translated for a GPU; the CPU accelerator runs the kernel's own call.
    [IntrinsicImplementation]
    private static float FusedMultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        for (int i = 0; i < 3; i++)
            command.AppendArgument(generator.LoadPrimitive(value[i]));
    }

    private static void EmitOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        for (int i = 0; i < 3; i++)
            statement.AppendArgument(generator.Load(value[i]));
        statement.EndArguments();
    }
}

using System.Reflection;
using ILGPU;
using ILGPU.Backends;
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

    /// <summary>The registers of a value, of which a struct has one for each field, in the fields' order.</summary>
    /// <param name="register">What the value lies in.</param>
    public static RegisterAllocator<PTXRegisterKind>.PrimitiveRegister[] RegistersOf(RegisterAllocator<PTXRegisterKind>.Register register) =>
        register is RegisterAllocator<PTXRegisterKind>.CompoundRegister compound ? [.. compound.Children.SelectMany(RegistersOf)] : [(RegisterAllocator<PTXRegisterKind>.PrimitiveRegister)register];

    /// <summary>Appends the element of memory that an intrinsic is about, in OpenCL C: its first two arguments are the first element and an offset.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="generator">Writes the code.</param>
    /// <param name="value">The call.</param>
    public static void AppendElement(CLCodeGenerator.StatementEmitter statement, CLCodeGenerator generator, Value value)
    {
        statement.Append(generator.Load(value[0]));
        statement.AppendIndexer(generator.Load(value[1]));
    }
}

using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using HardwareRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.HardwareRegister;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.Register;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Loads from global memory whose address takes one instruction on CUDA, where ILGPU 1.5.3 takes two. Some happen only under a condition, without a branch:
/// CUDA has a predicate for every instruction, and from C# one would load from a safe address and then choose.
/// </summary>
internal static class GlobalMemoryIntrinsics
{
    private const int WordBytes = 4;

    private delegate T LoadOf<T>(ref T first, int offset, long length, bool condition);

    /// <summary>Makes the instructions known to a context.</summary>
    public static void Register(Context.Builder builder)
    {
        KernelIntrinsics.Implement(builder, ((LoadOf<float>)LoadIf).Method, nameof(EmitPtx), nameof(EmitOpenCL));
        KernelIntrinsics.Implement(builder, ((LoadOf<Quad>)LoadIf).Method, nameof(EmitPtx), nameof(EmitOpenCL));
        KernelIntrinsics.Implement(builder, typeof(GlobalMemoryIntrinsics).GetMethod(nameof(Load))!, nameof(EmitPtxAlways), nameof(EmitOpenCLAlways));
    }

    /// <summary>The element at an offset from the first of so many; a struct of 32-bit fields.</summary>
    /// <param name="first">The first, of a view of global memory.</param>
    /// <param name="offset">Which one, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not below the length.</exception>
    [IntrinsicImplementation]
    public static T Load<T>(ref T first, int offset, long length)
        where T : unmanaged => At(ref first, offset, length);

    /// <summary>The value at an offset from the first of so many, or 0, in which case memory isn't touched and the offset may be any.</summary>
    /// <param name="first">The first, of a view of global memory.</param>
    /// <param name="offset">Which one, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <param name="condition">Whether to load.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset of a value to load is not below the length.</exception>
    [IntrinsicImplementation]
    public static float LoadIf(ref float first, int offset, long length, bool condition) => condition ? At(ref first, offset, length) : 0f;

    /// <summary>The Quad at an offset from the first of so many, or zeros, in which case memory isn't touched and the offset may be any.</summary>
    /// <param name="first">The first, of a view of global memory.</param>
    /// <param name="offset">Which one, from 0 on.</param>
    /// <param name="length">Floats of the view: a kernel has this number at hand. Only the CPU accelerator looks at it.</param>
    /// <param name="condition">Whether to load.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset of a Quad to load is not below the length.</exception>
    [IntrinsicImplementation]
    public static Quad LoadIf(ref Quad first, int offset, long length, bool condition) => condition ? At(ref first, offset, length / 4) : default;

    private static T At<T>(ref T first, int offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, length, nameof(offset));
        return Unsafe.Add(ref first, offset);
    }

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = generator.Allocate(value);
        var address = AddressOf(generator, value, target);
        foreach (var register in KernelIntrinsics.RegistersOf(target))
        {
            using var move = generator.BeginCommand("mov.f32");
            move.AppendArgument(register);
            move.AppendConstant(0f);
        }

        var condition = generator.EnsureHardwareRegister(generator.LoadPrimitive(value[3]));
        EmitPtxLoads(generator, value, target, "f32", address, new PTXCodeGenerator.PredicateConfiguration(condition, true));
    }

    private static void EmitPtxAlways(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = generator.Allocate(value);
        EmitPtxLoads(generator, value, target, "b32", AddressOf(generator, value, target), null);
    }

    private static HardwareRegister AddressOf(PTXCodeGenerator generator, Value value, Register target)
    {
        var address = generator.AllocateRegister(BasicValueType.Int64, PTXRegisterKind.Int64);
        using var add = generator.BeginCommand("mad.wide.u32");
        add.AppendArgument(address);
        add.AppendArgument(generator.LoadPrimitive(value[1]));
        add.AppendConstant(KernelIntrinsics.RegistersOf(target).Length * WordBytes);
        add.AppendArgument(generator.LoadHardware(value[0]));
        return address;
    }

    // Four words at once, or two where so many are left over: a view's elements lie at multiples of their size.
    private static void EmitPtxLoads(PTXCodeGenerator generator, Value value, Register target, string type, HardwareRegister address, PTXCodeGenerator.PredicateConfiguration? predicate)
    {
        string space = value[0].Type is AddressSpaceType { AddressSpace: MemoryAddressSpace.Global } ? ".global" : "";
        var registers = KernelIntrinsics.RegistersOf(target);
        int words = registers.Length % 4 == 0 ? 4 : registers.Length % 2 == 0 ? 2 : 1;
        for (int i = 0; i < registers.Length; i += words)
        {
            using var load = generator.BeginCommand($"ld{space}{(words > 1 ? $".v{words}" : "")}.{type}", predicate);
            if (words > 1)
                load.AppendVectorArgument(registers[i..(i + words)]);
            else
                load.AppendArgument(registers[i]);
            load.AppendArgumentValue(address, i * WordBytes);
        }

        generator.FreeRegister(address);
    }

    private static void EmitOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.Append(generator.Load(value[3]));
        statement.AppendCommand(" ? ");
        KernelIntrinsics.AppendElement(statement, generator, value);
        statement.AppendCommand(" : ");
        statement.AppendCast(value.Type);
        statement.AppendCommand("{ 0 }");
    }

    private static void EmitOpenCLAlways(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement(generator.Allocate(value));
        KernelIntrinsics.AppendElement(statement, generator, value);
    }
}

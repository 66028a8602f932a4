using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using ILGPU.IR.Values;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Loads from shared memory and stores to it at a constant distance from an address, which CUDA takes as part of the instruction: ILGPU 1.5.3
/// multiplies and adds for every index.
/// </summary>
internal static class SharedMemoryIntrinsics
{
    private delegate Quad QuadLoad(ref Quad first, int offset, int length);

    private delegate void StoreOf<T>(ref T first, int offset, int length, T value);

    /// <summary>Makes the instructions known to a context.</summary>
    public static void Register(Context.Builder builder)
    {
        KernelIntrinsics.Implement(builder, ((QuadLoad)Load).Method, nameof(EmitPtxLoad), nameof(EmitOpenCLLoad));
        KernelIntrinsics.Implement(builder, ((StoreOf<Quad>)Store).Method, nameof(EmitPtxQuadStore), nameof(EmitOpenCLStore));
        KernelIntrinsics.Implement(builder, ((StoreOf<float>)Store).Method, nameof(EmitPtxStore), nameof(EmitOpenCLStore));
    }

    /// <summary>The Quad at an offset from the first of so many in shared memory. The offset is a constant once all calls are inlined.</summary>
    /// <param name="first">The first, of a view of shared memory.</param>
    /// <param name="offset">Which one, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not below the length.</exception>
    [IntrinsicImplementation]
    public static Quad Load(ref Quad first, int offset, int length) => At(ref first, offset, length);

    /// <summary>Stores a Quad at a constant offset from the first of so many in shared memory.</summary>
    /// <param name="first">The first, of a view of shared memory.</param>
    /// <param name="offset">Where, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <param name="value">The Quad.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not below the length.</exception>
    [IntrinsicImplementation]
    public static void Store(ref Quad first, int offset, int length, Quad value) => At(ref first, offset, length) = value;

    /// <summary>Stores a value at a constant offset from the first of so many in shared memory.</summary>
    /// <param name="first">The first, of a view of shared memory.</param>
    /// <param name="offset">Where, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not below the length.</exception>
    [IntrinsicImplementation]
    public static void Store(ref float first, int offset, int length, float value) => At(ref first, offset, length) = value;

    private static ref T At<T>(ref T first, int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)offset, (uint)length, nameof(offset));
        return ref Unsafe.Add(ref first, offset);
    }

    private static void EmitPtxLoad(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var target = (RegisterAllocator<PTXRegisterKind>.CompoundRegister)generator.Allocate(value);
        var address = AddressOf(generator, value);
        using var command = generator.BeginCommand("ld.shared.v4.f32");
        command.AppendVectorArgument(KernelIntrinsics.RegistersOf(target));
        command.AppendArgumentValue(address, OffsetOf<Quad>(value));
    }

    private static void EmitPtxQuadStore(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var address = AddressOf(generator, value);
        var source = generator.LoadAs<RegisterAllocator<PTXRegisterKind>.CompoundRegister>(value[3]);
        using var command = generator.BeginCommand("st.shared.v4.f32");
        command.AppendArgumentValue(address, OffsetOf<Quad>(value));
        command.AppendVectorArgument(KernelIntrinsics.RegistersOf(source));
    }

    private static void EmitPtxStore(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var address = AddressOf(generator, value);
        var source = generator.LoadPrimitive(value[3]);
        using var command = generator.BeginCommand("st.shared.f32");
        command.AppendArgumentValue(address, OffsetOf<float>(value));
        command.AppendArgument(source);
    }

    private static RegisterAllocator<PTXRegisterKind>.HardwareRegister AddressOf(PTXCodeGenerator generator, Value value) =>
        value[0].Type is AddressSpaceType { AddressSpace: MemoryAddressSpace.Shared }
            ? generator.LoadHardware(value[0])
            : throw new NotSupportedException($"shared memory is reached through {value[0].Type}; take the reference straight from the allocation's view");

    private static int OffsetOf<T>(Value value) => ((PrimitiveValue)value[1].Resolve()).Int32Value * Unsafe.SizeOf<T>();

    private static void EmitOpenCLLoad(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement(generator.Allocate(value));
        KernelIntrinsics.AppendElement(statement, generator, value);
    }

    private static void EmitOpenCLStore(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement("");
        KernelIntrinsics.AppendElement(statement, generator, value);
        statement.AppendCommand(" = ");
        statement.Append(generator.Load(value[3]));
    }
}

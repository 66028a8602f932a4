using System.Reflection;
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
/// Loads four floats from shared memory at a constant distance from an address, which CUDA takes as part of the instruction: ILGPU 1.5.3
/// multiplies and adds for every index.
/// </summary>
internal static class SharedQuadIntrinsic
{
    private static readonly MethodInfo Method = typeof(SharedQuadIntrinsic).GetMethod(nameof(Load))!;

    /// <summary>Makes the instruction known to a context.</summary>
    public static void Register(Context.Builder builder) => KernelIntrinsics.Implement(builder, Method, nameof(EmitPtx), nameof(EmitOpenCL));

    /// <summary>The Quad at an offset from the first of so many in shared memory. The offset is a constant once all calls are inlined.</summary>
    /// <param name="first">The first, of a view of shared memory.</param>
    /// <param name="offset">Which one, from 0 on.</param>
    /// <param name="length">The view's length. Only the CPU accelerator looks at it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not below the length.</exception>
    [IntrinsicImplementation]
    public static Quad Load(ref Quad first, int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)offset, (uint)length, nameof(offset));
        return Unsafe.Add(ref first, offset);
    }

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        if (value[0].Type is not AddressSpaceType { AddressSpace: MemoryAddressSpace.Shared })
            throw new NotSupportedException($"a Quad of shared memory is loaded through {value[0].Type}; take the reference straight from the allocation's view");
        var target = (RegisterAllocator<PTXRegisterKind>.CompoundRegister)generator.Allocate(value);
        var address = generator.LoadHardware(value[0]);
        int offset = ((PrimitiveValue)value[1].Resolve()).Int32Value * Unsafe.SizeOf<Quad>();
        using var command = generator.BeginCommand("ld.shared.v4.f32");
        command.AppendVectorArgument([.. target.Children.Cast<RegisterAllocator<PTXRegisterKind>.PrimitiveRegister>()]);
        command.AppendArgumentValue(address, offset);
    }

    private static void EmitOpenCL(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.Append(generator.Load(value[0]));
        statement.AppendIndexer(generator.Load(value[1]));
    }
}

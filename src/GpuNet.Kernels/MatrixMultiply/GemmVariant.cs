using System.Reflection;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>One way to compile <see cref="GemmKernels"/>: the sizes of its tiles.</summary>
internal abstract class GemmVariant
{
    /// <summary>Rows × columns × depth of a block, such as "128x128x8". It stands in files, so it never changes.</summary>
    public string Name => $"{Rows}x{Columns}x{Depth}";

    /// <summary>Rows of the product that a group computes.</summary>
    public abstract int Rows { get; }

    /// <summary>Columns of the product that a group computes.</summary>
    public abstract int Columns { get; }

    /// <summary>Terms of a tile in shared memory. Parts of split sums are multiples of two tiles.</summary>
    public abstract int Depth { get; }

    /// <summary>Threads of a group.</summary>
    public abstract int Threads { get; }

    /// <summary>Shared memory that a group takes, in bytes.</summary>
    public abstract int SharedBytes { get; }

    /// <summary>Multiply-adds that a thread does for each Quad it loads from shared memory: what bounds its speed.</summary>
    public abstract float Intensity { get; }

    /// <summary>
    /// Fewest groups that a multiprocessor is to hold at once, which bounds the registers of a thread: 128 for 8 × 8 sums, 80 for 4 × 4.
    /// </summary>
    public abstract int GroupsPerMultiprocessor { get; }

    /// <summary>What a compiler for CUDA is told of the launch.</summary>
    public KernelSpecialization Specialization => new(Threads, GroupsPerMultiprocessor);

    /// <summary>Whether a device has the threads and the shared memory.</summary>
    public bool RunsOn(DeviceLimits limits) => Threads <= limits.GroupSize && SharedBytes <= limits.SharedBytes;

    /// <summary>Compiles the kernel for its operands.</summary>
    public abstract Action<KernelConfig, TLeft, TRight, TResult, GemmGrid> Load<TLeft, TRight, TResult>(Accelerator accelerator)
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResult : struct, IGemmResult;

    /// <summary>The kernel's method.</summary>
    public abstract MethodInfo Method<TLeft, TRight, TResult>()
        where TLeft : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResult : struct, IGemmResult;
}

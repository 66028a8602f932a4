using System.Reflection;
using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>All variants of the matrix multiply.</summary>
internal static class GemmVariants
{
    /// <summary>From the largest blocks to the smallest.</summary>
    public static IReadOnlyList<GemmVariant> All { get; } =
    [
        new Variant<Block128x128x8, ThreadTile8x8>(),
        new Variant<Block128x128x16, ThreadTile8x8>(),
        new Variant<Block64x64x8, ThreadTile8x8>(),
        new Variant<Block64x64x16, ThreadTile4x4>(),
        new Variant<Block32x32x8, ThreadTile4x4>(),
        new Variant<Block32x32x16, ThreadTile4x4>(),
    ];

    /// <summary>Those that a device can run.</summary>
    public static IEnumerable<GemmVariant> Admissible(DeviceLimits limits) =>
        All.Where(variant => variant.RunsOn(limits));

    /// <summary>The variant of a name, or null if there is none.</summary>
    public static GemmVariant? Named(string name) => All.FirstOrDefault(variant => variant.Name == name);

    private sealed class Variant<TBlock, TTile> : GemmVariant
        where TBlock : struct, IGemmBlock
        where TTile : struct, IThreadTile
    {
        public override int Rows => 1 << TBlock.RowBits;

        public override int Columns => 1 << TBlock.ColumnBits;

        public override int Depth => 1 << TBlock.DepthBits;

        public override int Threads => Rows * Columns >> TTile.RowBits + TTile.ColumnBits;

        public override int SharedBytes => 2 * Depth * (GemmLoader.Pitch(TBlock.RowBits) + GemmLoader.Pitch(TBlock.ColumnBits)) * sizeof(float);

        public override float Intensity => 4f * (1 << TTile.RowBits + TTile.ColumnBits) / ((1 << TTile.RowBits) + (1 << TTile.ColumnBits));

        public override int GroupsPerMultiprocessor => (TTile.RowBits + TTile.ColumnBits > 4 ? 512 : 768) / Threads;

        public override Action<KernelConfig, TLeft, TRight, TResult, GemmGrid> Load<TLeft, TRight, TResult>(Accelerator accelerator) =>
            accelerator.LoadStreamKernel<TLeft, TRight, TResult, GemmGrid>(GemmKernels.Multiply<TBlock, TTile, TLeft, TRight, TResult>, Specialization);

        public override MethodInfo Method<TLeft, TRight, TResult>() =>
            ((Action<TLeft, TRight, TResult, GemmGrid>)GemmKernels.Multiply<TBlock, TTile, TLeft, TRight, TResult>).Method;
    }
}

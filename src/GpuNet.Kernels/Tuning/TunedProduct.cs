using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;

namespace GpuNet.Kernels.Tuning;

/// <summary>How one matrix product of an op is to be computed on a device; what a tuning is a list of.</summary>
/// <param name="Op">What is multiplied, such as <c>multiply.nt</c> or <c>convolution.forward</c>.</param>
/// <param name="Groups">Products of equal size that run together.</param>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product.</param>
/// <param name="Depth">Terms of each sum.</param>
/// <param name="Variant">Rows × columns × depth of the tiles, such as <c>128x128x8</c>.</param>
/// <param name="Splits">Parts that each sum is split into, at most; 1 for none.</param>
public readonly record struct TunedProduct(string Op, int Groups, int Rows, int Columns, int Depth, string Variant, int Splits)
{
    internal TunedProduct(GemmRequest request, GemmPlan plan)
        : this(request.Op, request.Size.Groups, request.Size.Rows, request.Size.Columns, request.Size.Depth, plan.Variant.Name, plan.Splits(request.Size))
    {
    }

    internal GemmSize Size => new(Groups, Rows, Columns, Depth);

    /// <summary>The tiles, and the parts if there are several: <c>64x64x8, 4 parts</c>.</summary>
    /// <returns>The text.</returns>
    public string Describe() => Splits == 1 ? Variant : $"{Variant}, {Splits} parts";

    /// <summary>Throws unless a device can compute it so.</summary>
    internal void ThrowIfInvalid(DeviceSession session)
    {
        if (string.IsNullOrEmpty(Op))
            throw new TuningException("a choice names no op. Run `gpunet tune` again.");
        if (!GemmRequest.Ops.Contains(Op))
            throw new TuningException($"there is no op '{Op}'; there are {string.Join(", ", GemmRequest.Ops)}. Run `gpunet tune` again.");
        if (Groups < 1 || Rows < 1 || Columns < 1 || Depth < 1 || Splits < 1)
            throw new TuningException($"{Op} has {Groups} products of {Rows}×{Columns} with {Depth} terms in {Splits} parts; each number must be at least 1. Run `gpunet tune` again.");
        var known = GemmVariants.Named(Variant)
            ?? throw new TuningException($"{Op} of {Rows}×{Columns}×{Depth} has tiles '{Variant}'; there are {string.Join(", ", GemmVariants.All.Select(v => v.Name))}. Run `gpunet tune` again.");
        int most = GemmPlan.AllowedSplits(GemmRequest.Of(Op, Size), int.MaxValue);
        if (Splits > most)
            throw new TuningException($"{Op} of {Rows}×{Columns}×{Depth} has {Splits} parts; it may have {most} at most. Run `gpunet tune` again.");
        if (!known.RunsOn(session.Limits))
            throw new TuningException($"{Op} of {Rows}×{Columns}×{Depth} has tiles {Variant}, which need {known.Threads} threads and {known.SharedBytes} bytes of shared memory a group; device '{session.Description.Id}' has {session.Limits.GroupSize} and {session.Limits.SharedBytes}. Run `gpunet tune` again.");
    }
}

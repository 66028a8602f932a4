using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>How <see cref="GemmKernels"/> spreads a product over a device.</summary>
/// <param name="Variant">Sizes of the tiles.</param>
/// <param name="SplitDepth">Terms of a sum that one group adds up, all of them unless the sums are split; a multiple of two tiles.</param>
internal readonly record struct GemmPlan(GemmVariant Variant, int SplitDepth)
{
    // A part of a sum shorter than this costs more to store and add up than it gains.
    private const int ShortestSplit = 64;

    private const int MostSplits = 1024;

    // Threads that keep a multiprocessor busy.
    private const float BusyThreads = 256;

    // Multiply-adds that a multiprocessor does while it writes and reads one part of a value: 8 bytes at some 10 bytes a nanosecond, 130 multiply-adds.
    private const float FmasPerPart = 100;

    /// <summary>The measured choice if there is one, otherwise the variant and the splits that an estimate of the time favours.</summary>
    /// <param name="session">The device.</param>
    /// <param name="request">The product.</param>
    /// <exception cref="DeviceException">The device runs no variant.</exception>
    public static GemmPlan For(DeviceSession session, GemmRequest request)
    {
        var (_, size, mayBeSplit) = request;
        if (session.Tuning.Find(request) is { } choice && GemmVariants.Named(choice.Variant) is { } chosen && chosen.RunsOn(session.Limits))
            return Of(chosen, size, AllowedSplits(request, choice.Splits));
        return For(session.Limits, size, mayBeSplit)
            ?? throw new DeviceException($"device '{session.Description.Id}' ({session.Description.Name}) runs groups of {session.Limits.GroupSize} threads with {session.Limits.SharedBytes} bytes of shared memory; a matrix multiply needs {GemmVariants.All[^2].Threads} and {GemmVariants.All[^2].SharedBytes}. Use another device; `gpunet devices` lists them.");
    }

    /// <summary>The estimated best plan by a device's limits; null if it runs no variant.</summary>
    public static GemmPlan? For(DeviceLimits limits, GemmSize size, bool mayBeSplit)
    {
        GemmPlan? best = null;
        float least = float.PositiveInfinity;
        int most = MostSplitsOf(size, mayBeSplit);
        foreach (var variant in GemmVariants.Admissible(limits))
        {
            for (int splits = 1; splits <= most; splits *= 2)
            {
                var plan = Of(variant, size, splits);
                float time = plan.EstimatedTime(size, limits.Multiprocessors);
                if (time < least)
                    (best, least) = (plan, time);
            }
        }

        return best;
    }

    /// <summary>A plan of a variant with at most so many splits.</summary>
    public static GemmPlan Of(GemmVariant variant, GemmSize size, int splits)
    {
        int turn = 2 * variant.Depth;
        return new GemmPlan(variant, LaunchPlan.DivideUp(LaunchPlan.DivideUp(size.Depth, splits), turn) * turn);
    }

    /// <summary>The number of splits nearest to one asked for that the product may have.</summary>
    public static int AllowedSplits(GemmRequest request, int splits) => Math.Clamp(splits, 1, MostSplitsOf(request.Size, request.MayBeSplit));

    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    public int Splits(GemmSize size) => LaunchPlan.DivideUp(size.Depth, SplitDepth);

    /// <summary>Blocks of all the products.</summary>
    public long Blocks(GemmSize size) => (long)size.Groups * LaunchPlan.DivideUp(size.Rows, Variant.Rows) * LaunchPlan.DivideUp(size.Columns, Variant.Columns);

    /// <summary>Throws if a product has more blocks than the device's grid.</summary>
    /// <exception cref="ShapeException">It has.</exception>
    public void ThrowIfTooLarge(DeviceSession session, GemmSize size)
    {
        long blocks = Blocks(size);
        if (blocks > session.Accelerator.MaxGridSize.X)
            throw new ShapeException($"matrix multiply: {size.Groups} products of {size.Rows}×{size.Columns} are {blocks} blocks of {Variant.Rows}×{Variant.Columns}; device '{session.Description.Id}' takes {session.Accelerator.MaxGridSize.X} at most. Use a smaller batch.");
    }

    // In multiply-adds of the busiest multiprocessor, had it the speed of the largest tiles. Few threads do not hide the latency of their loads, and small
    // tiles are bound by shared memory. Crude, but it knows edges, too few blocks and the cost of splitting; `gpunet tune` measures.
    private float EstimatedTime(GemmSize size, int multiprocessors)
    {
        int splits = Splits(size);
        float perMultiprocessor = MathF.Ceiling(Blocks(size) * splits / (float)multiprocessors);
        float fmas = perMultiprocessor * Variant.Rows * Variant.Columns * Math.Min(SplitDepth, LaunchPlan.DivideUp(size.Depth, 2 * Variant.Depth) * 2 * Variant.Depth);
        float busy = Math.Min(1f, perMultiprocessor * Variant.Threads / BusyThreads);
        // Values that a group loads for each that it computes.
        float loads = 1f / Variant.Rows + 1f / Variant.Columns;
        float time = fmas * (1f + 16f * loads) * (4f + Variant.Intensity) / (Variant.Intensity * busy);
        return splits == 1 ? time : time + FmasPerPart * splits * size.Groups * size.Rows * size.Columns / multiprocessors;
    }

    // Parts of all the sums must be indexed with 32 bits. Sizes in a file may be any: their product need not fit 64.
    private static int MostSplitsOf(GemmSize size, bool mayBeSplit) => mayBeSplit
        ? (int)Math.Clamp(Math.Min(size.Depth / ShortestSplit, ShapeException.MostValues / ((double)size.Groups * size.Rows * size.Columns)), 1, MostSplits)
        : 1;
}

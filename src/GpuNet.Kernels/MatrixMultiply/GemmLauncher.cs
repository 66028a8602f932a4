using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Launches <see cref="GemmKernels"/> for one size of product.</summary>
/// <typeparam name="TLeft">The left matrix.</typeparam>
/// <typeparam name="TRight">The right matrix.</typeparam>
/// <typeparam name="TResult">Where the product goes.</typeparam>
internal sealed class GemmLauncher<TLeft, TRight, TResult>
    where TLeft : struct, IGemmOperand
    where TRight : struct, IGemmOperand
    where TResult : struct, IGemmResult
{
    private readonly Action<KernelConfig, TLeft, TRight, TResult, GemmGrid> multiply;
    private readonly KernelConfig config;
    private readonly GemmGrid grid;

    /// <summary>Loads the kernel with the session's plan for the product.</summary>
    /// <exception cref="ShapeException">The product has more blocks than a grid.</exception>
    /// <exception cref="DeviceException">The device runs no variant of the kernel.</exception>
    public GemmLauncher(DeviceSession session, GemmRequest request)
        : this(session, request.Size, GemmPlan.For(session, request))
    {
    }

    /// <summary>Loads the kernel with a given plan.</summary>
    /// <exception cref="ShapeException">The product has more blocks than a grid.</exception>
    public GemmLauncher(DeviceSession session, GemmSize size, GemmPlan plan)
    {
        long blocks = plan.Blocks(size);
        if (blocks > session.Accelerator.MaxGridSize.X)
            throw new ShapeException($"matrix multiply: {size.Groups} products of {size.Rows}×{size.Columns} are {blocks} blocks of {plan.Variant.Rows}×{plan.Variant.Columns}; device '{session.Description.Id}' takes {session.Accelerator.MaxGridSize.X} at most. Use a smaller batch.");
        Splits = plan.Splits(size);
        grid = new GemmGrid(
            size.Rows, size.Columns, size.Depth, (size.Rows - 1) / plan.Variant.Rows + 1, (size.Columns - 1) / plan.Variant.Columns + 1, plan.SplitDepth);
        config = new KernelConfig(new Index2D((int)blocks, Splits), new Index2D(plan.Variant.Threads, 1));
        multiply = plan.Variant.Load<TLeft, TRight, TResult>(session.Accelerator);
    }

    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    public int Splits { get; }

    public void Run(in TLeft left, in TRight right, in TResult result) => multiply(config, left, right, result, grid);
}

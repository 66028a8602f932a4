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

    /// <summary>Loads the kernel with a given plan.</summary>
    /// <exception cref="ShapeException">The product has more blocks than a grid.</exception>
    public GemmLauncher(DeviceSession session, GemmSize size, GemmPlan plan)
    {
        long blocks = plan.Blocks(size);
        if (blocks > session.Accelerator.MaxGridSize.X)
            throw new ShapeException($"matrix multiply: {size.Groups} products of {size.Rows}×{size.Columns} are {blocks} blocks of {plan.Variant.Rows}×{plan.Variant.Columns}; device '{session.Description.Id}' takes {session.Accelerator.MaxGridSize.X} at most. Use a smaller batch.");
        grid = new GemmGrid(
            size.Rows, size.Columns, size.Depth, LaunchPlan.DivideUp(size.Rows, plan.Variant.Rows), LaunchPlan.DivideUp(size.Columns, plan.Variant.Columns), plan.SplitDepth);
        config = new KernelConfig(new Index2D((int)blocks, plan.Splits(size)), new Index2D(plan.Variant.Threads, 1));
        multiply = plan.Variant.Load<TLeft, TRight, TResult>(session.Accelerator);
    }

    public void Run(in TLeft left, in TRight right, in TResult result) => multiply(config, left, right, result, grid);
}

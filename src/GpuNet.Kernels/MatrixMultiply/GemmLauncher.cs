using GpuNet.Kernels.Devices;
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

    /// <summary>Loads the kernel with a given plan, whose blocks fit a grid.</summary>
    /// <exception cref="DeviceException">The driver runs the kernel in smaller groups only.</exception>
    public GemmLauncher(DeviceSession session, GemmSize size, GemmPlan plan)
    {
        grid = new GemmGrid(
            size.Rows, size.Columns, size.Depth, LaunchPlan.DivideUp(size.Rows, plan.Variant.Rows), LaunchPlan.DivideUp(size.Columns, plan.Variant.Columns), plan.SplitDepth);
        config = new KernelConfig(new Index2D((int)plan.Blocks(size), plan.Splits(size)), new Index2D(plan.Variant.Threads, 1));
        multiply = plan.Variant.Load<TLeft, TRight, TResult>(session.Accelerator);
        session.ThrowUnlessRuns(multiply, $"a matrix multiply of tiles {plan.Variant.Name}", plan.Variant.Threads);
    }

    public void Run(in TLeft left, in TRight right, in TResult result) => multiply(config, left, right, result, grid);
}

using GpuNet.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

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
    private readonly Action<KernelConfig, TLeft, TRight, TResult, GemmSize, int> multiply;
    private readonly KernelConfig config;
    private readonly GemmSize size;
    private readonly GemmPlan plan;

    /// <summary>Loads the kernel with a plan for the session's device.</summary>
    public GemmLauncher(DeviceSession session, GemmSize size, bool mayBeSplit)
        : this(session, size, GemmPlan.For(size, mayBeSplit, session.Accelerator.NumMultiprocessors, session.Accelerator.MaxNumThreadsPerGroup))
    {
    }

    /// <summary>Loads the kernel with a given plan.</summary>
    public GemmLauncher(DeviceSession session, GemmSize size, GemmPlan plan)
    {
        this.size = size;
        this.plan = plan;
        Splits = plan.Splits(size);
        config = new KernelConfig(new Index2D((int)plan.Tiles(size), Splits), new Index2D(plan.Side, plan.Side));
        multiply = session.Accelerator.LoadStreamKernel<TLeft, TRight, TResult, GemmSize, int>(GemmKernels.Multiply);
    }

    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    public int Splits { get; }

    public void Run(in TLeft left, in TRight right, in TResult result) => multiply(config, left, right, result, size, plan.SplitDepth);
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Adds up the parts of a product whose sums were split, from the workspace.</summary>
internal sealed class SplitSum
{
    private readonly Action<Index1D, ArrayView<float>, int, ArrayView<float>, ArrayView<float>, int> sum;
    private readonly int splits, length;

    public SplitSum(DeviceSession session, int splits, int length)
    {
        this.splits = splits;
        this.length = length;
        sum = session.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, int, ArrayView<float>, ArrayView<float>, int>(GemmKernels.SumSplits);
    }

    /// <summary>Whether there is more than one part.</summary>
    public bool IsNeeded => splits > 1;

    /// <summary>Values of all parts, or 0 if there is one only.</summary>
    public long WorkspaceLength => IsNeeded ? (long)splits * length : 0;

    public void Run(Tensor workspace, Tensor result, Tensor? bias) =>
        sum(length, workspace.View, splits, result.View, (bias ?? result).View, bias is null ? 0 : (int)bias.Value.Length);
}

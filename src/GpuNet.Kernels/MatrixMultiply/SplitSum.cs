using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Adds up the parts of a product whose sums were split, from the workspace.</summary>
internal sealed class SplitSum
{
    private readonly Action<KernelConfig, ArrayView<float>, int, ArrayView<float>, int, GemmEpilogue> sum;
    private readonly KernelConfig config;
    private readonly int splits, length;

    public SplitSum(DeviceSession session, int splits, int length)
    {
        this.splits = splits;
        this.length = length;
        config = session.Limits.Flat(length);
        sum = session.Accelerator.LoadStreamKernel<ArrayView<float>, int, ArrayView<float>, int, GemmEpilogue>(GemmKernels.SumSplits);
    }

    /// <summary>Whether there is more than one part.</summary>
    public bool IsNeeded => splits > 1;

    /// <summary>Values of all parts, or 0 if there is one only.</summary>
    public long WorkspaceLength => IsNeeded ? (long)splits * length : 0;

    /// <summary>Writes the sums, finished.</summary>
    /// <param name="workspace">The parts.</param>
    /// <param name="result">The product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="epilogue">What is done to its values.</param>
    public void Run(Tensor workspace, Tensor result, int columns, GemmEpilogue epilogue) =>
        sum(config, workspace.View, splits, result.View, columns, epilogue);
}

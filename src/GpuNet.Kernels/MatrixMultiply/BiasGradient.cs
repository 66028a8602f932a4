using System.Numerics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>The gradient of a convolution's or an inner product's bias by the portable kernel: dy summed over batch and pixels.</summary>
internal sealed class BiasGradient
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int> sum;
    private readonly KernelConfig config;
    private readonly Shape output;

    public BiasGradient(DeviceSession session, Shape output)
    {
        this.output = output;
        sum = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, int>(BiasGradientKernels.Sum);
        // At least four terms a thread.
        uint wanted = (uint)(output.N * output.PlaneSize + 3) / 4;
        int largest = Math.Min(BiasGradientKernels.LargestGroup, session.Accelerator.MaxNumThreadsPerGroup);
        config = new KernelConfig(output.C, (int)Math.Min(BitOperations.RoundUpToPowerOf2(wanted), 1u << BitOperations.Log2((uint)largest)));
    }

    public void Run(Tensor dy, Tensor db) => sum(config, dy.View, db.View, output.C, output.PlaneSize, output.N);
}

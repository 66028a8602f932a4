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
    private readonly int imageChannels;

    /// <summary>Loads the kernel.</summary>
    /// <param name="session">The device.</param>
    /// <param name="output">Shape of dy.</param>
    /// <param name="imageChannels">Channels from an image of dy to the next: more than dy has if it is a window of a wider tensor.</param>
    public BiasGradient(DeviceSession session, Shape output, int imageChannels)
    {
        this.output = output;
        this.imageChannels = imageChannels;
        sum = session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int, int>(BiasGradientKernels.Sum);
        // At least four terms a thread.
        uint wanted = (uint)(output.N * output.PlaneSize + 3) / 4;
        int largest = Math.Min(BiasGradientKernels.LargestGroup, session.Accelerator.MaxNumThreadsPerGroup);
        config = new KernelConfig(output.C, (int)Math.Min(BitOperations.RoundUpToPowerOf2(wanted), 1u << BitOperations.Log2((uint)largest)));
    }

    public void Run(ArrayView<float> dy, Tensor db) => sum(config, dy, db.View, imageChannels, output.PlaneSize, output.N);
}

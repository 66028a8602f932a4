using System.Diagnostics.CodeAnalysis;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

internal sealed class BiasGradient
{
    public BiasGradient(DeviceSession session, Shape output) => throw new NotSupportedException($"{session.Kind}: {output}");

    [SuppressMessage("Performance", "CA1822", Justification = "Skeleton.")]
    public void Run(Tensor dy, Tensor db) => throw new NotSupportedException();
}

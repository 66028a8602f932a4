using System.Diagnostics.CodeAnalysis;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.MatrixMultiply;

internal sealed class Gemm
{
    public Gemm(DeviceSession session, MatrixMultiplyGeometry geometry) => throw new NotSupportedException($"{session.Kind}: {geometry}");

    public long WorkspaceLength { get; }

    [SuppressMessage("Performance", "CA1822", Justification = "Skeleton.")]
    public void Multiply(Tensor a, Tensor b, Tensor? bias, Tensor c, Tensor workspace) => throw new NotSupportedException();
}

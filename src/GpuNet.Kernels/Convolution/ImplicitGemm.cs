using System.Diagnostics.CodeAnalysis;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Convolution;

[SuppressMessage("Performance", "CA1822", Justification = "Skeleton.")]
internal sealed class ImplicitGemm
{
    public ImplicitGemm(DeviceSession session, ConvolutionGeometry geometry) => throw new NotSupportedException($"{session.Kind}: {geometry}");

    public long WorkspaceLength { get; }

    public void Forward(Tensor x, Tensor w, Tensor? b, Tensor y, Tensor workspace) => throw new NotSupportedException();

    public void BackwardData(Tensor dy, Tensor w, Tensor dx, Tensor workspace) => throw new NotSupportedException();

    public void BackwardWeights(Tensor x, Tensor dy, Tensor dw, Tensor? db, Tensor workspace) => throw new NotSupportedException();
}

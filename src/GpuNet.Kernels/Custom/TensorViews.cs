using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNet.Kernels.Custom;

/// <summary>The views of a launch's tensors, in their order; on the stack.</summary>
[InlineArray(Most)]
internal struct TensorViews
{
    /// <summary>Tensors that a kernel may have.</summary>
    public const int Most = 6;

    private ArrayView<float> first;
}

namespace GpuNet.Kernels.Custom;

/// <summary>Calls a kernel's method for a range of threads.</summary>
/// <typeparam name="A">What the kernel gets besides tensors.</typeparam>
/// <param name="begin">The first thread.</param>
/// <param name="end">One past the last.</param>
/// <param name="arguments">What the kernel gets besides tensors.</param>
/// <param name="views">The tensors' views.</param>
internal delegate void HostLoop<A>(int begin, int end, A arguments, in TensorViews views)
    where A : unmanaged;

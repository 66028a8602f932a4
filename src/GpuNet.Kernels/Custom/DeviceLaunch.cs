using ILGPU;

namespace GpuNet.Kernels.Custom;

/// <summary>Launches a kernel that ILGPU has loaded.</summary>
/// <typeparam name="A">What the kernel gets besides tensors.</typeparam>
/// <param name="threads">Threads.</param>
/// <param name="arguments">What the kernel gets besides tensors.</param>
/// <param name="views">The tensors' views.</param>
internal delegate void DeviceLaunch<A>(Index1D threads, A arguments, in TensorViews views)
    where A : unmanaged;

using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class SimdTests
{
    [Test]
    public void Vectors_are_as_wide_as_a_child_process_is_told() => NarrowVectors.AssertExpectedWidth();
}

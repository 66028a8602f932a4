using GpuNet.Testing;

namespace GpuNet.Kernels.Tests;

public sealed class NarrowVectorTests : NarrowVectors
{
    protected override int LeastPassed => 400;
}

using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

public sealed class NarrowVectorTests : NarrowVectors
{
    protected override int LeastPassed => 90;
}

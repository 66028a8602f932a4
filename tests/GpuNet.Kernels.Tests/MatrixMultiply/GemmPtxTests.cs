using System.Reflection;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tests.Cuda;
using GpuNet.Testing.Ptx;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class GemmPtxTests
{
    private static IEnumerable<TestCaseData> Kernels =>
        from kernel in PortableKernels.All
        where kernel.Name == nameof(GemmKernels.Multiply) && kernel.DeclaringType == typeof(GemmKernels)
        from architecture in PtxCompiler.Architectures
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(PortableKernels.NameOf(kernel), architecture);

    [TestCaseSource(nameof(Kernels))]
    public void The_product_loads_vectors_from_shared_memory(MethodInfo kernel, string architecture)
    {
        var listing = PtxCompiler.Compile(kernel, architecture);
        Assert.That(listing.Counts.Barriers, Is.Positive);
        Assert.That(listing.MainLoop!.Counts.SharedVectorLoads, Is.Positive);
    }

    [TestCaseSource(typeof(PtxCompiler), nameof(PtxCompiler.Architectures))]
    public void The_bias_gradient_adds_up_in_shared_memory_behind_barriers(string architecture)
    {
        var listing = PtxCompiler.Compile(BiasGradientKernels.Sum, architecture);
        Assert.That(listing.Counts.Barriers, Is.Positive);
        Assert.That(listing.SharedBytes, Is.EqualTo(BiasGradientKernels.LargestGroup * sizeof(float)));
    }
}

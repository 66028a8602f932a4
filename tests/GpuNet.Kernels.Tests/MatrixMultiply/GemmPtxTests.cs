using System.Reflection;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class GemmPtxTests
{
    private static IEnumerable<TestCaseData> Kernels =>
        from architecture in PtxCompiler.Architectures
        from variant in GemmVariants.All
        from kernel in new[]
        {
            variant.Method<LinesOperand<Aligned>, InterleavedOperand<Aligned>, MatrixResult<Aligned>>(),
        }
        select new TestCaseData(kernel, architecture).SetArgDisplayNames($"{variant.Name}, {string.Join(" × ", kernel.GetGenericArguments()[2..4].Select(type => type.Name))}", architecture);

    [TestCaseSource(nameof(Kernels))]
    public void The_product_stays_in_registers_and_loads_vectors_from_shared_memory(MethodInfo kernel, string architecture)
    {
        string ptx = PtxCompiler.Compile(kernel, architecture);
        Assert.That(ptx, Does.Contain($".target {architecture}").And.Contain("bar.sync"));
        Assert.That(ptx, Does.Not.Contain(".local").And.Not.Contain(".extern .func"));
        Assert.That(ptx, Does.Contain("ld.shared.v4.f32"));
        Assert.That(PtxCompiler.SharedBytesOf(ptx), Is.InRange(1, 48 * 1024));
    }

    [TestCaseSource(typeof(PtxCompiler), nameof(PtxCompiler.Architectures))]
    public void The_bias_gradient_adds_up_in_shared_memory_behind_barriers(string architecture)
    {
        string ptx = PtxCompiler.Compile(typeof(BiasGradientKernels).GetMethod(nameof(BiasGradientKernels.Sum))!, architecture);
        Assert.That(ptx, Does.Contain("bar.sync"));
        Assert.That(PtxCompiler.SharedBytesOf(ptx), Is.EqualTo(BiasGradientKernels.LargestGroup * sizeof(float)));
    }
}

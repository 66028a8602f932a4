using System.Reflection;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;

namespace GpuNet.Kernels.Tests.Custom;

/// <summary>Kernels as users write them compile for CUDA; no GPU is needed.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class CustomKernelPtxTests
{
    private static IEnumerable<TestCaseData> Kernels() =>
        from kernel in typeof(CustomKernels).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where kernel.Name != nameof(CustomKernels.Allocates)
        from architecture in PtxCompiler.Architectures
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(kernel.Name, architecture);

    [TestCaseSource(nameof(Kernels))]
    public void A_kernel_of_a_user_compiles_for_CUDA(MethodInfo kernel, string architecture)
    {
        var listing = PtxCompiler.Compile(kernel, architecture);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listing.UsesLocalMemory, Is.False, "values are kept in local memory");
            Assert.That(listing.HasUndefinedFunctions, Is.False, "functions are called that nobody defines");
        }
    }
}

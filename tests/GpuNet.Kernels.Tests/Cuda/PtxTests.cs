using System.Reflection;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Pointwise;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Cuda;

public sealed class PtxTests
{
    private static readonly Type[] KernelClasses = [typeof(SgdKernels), typeof(SoftmaxLossKernels), typeof(DropoutKernels), typeof(ReluKernels)];

    private static IEnumerable<TestCaseData> Kernels() =>
        from type in KernelClasses
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void)
        select new TestCaseData(method).SetArgDisplayNames($"{type.Name}.{method.Name}");

    [TestCaseSource(nameof(Kernels))]
    public void A_kernel_compiles_for_CUDA_without_undefined_functions_or_local_memory(MethodInfo kernel) =>
        Assert.That(Ptx.Of(kernel), Does.Contain(".entry").And.Not.Contain(".extern .func").And.Not.Contain(".local"));
}

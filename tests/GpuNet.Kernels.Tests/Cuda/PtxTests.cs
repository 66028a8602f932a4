using System.Reflection;
using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>Every portable kernel that is no template; <see cref="MatrixMultiply.GemmPtxTests"/> has the rest.</summary>
public sealed class PtxTests
{
    private static readonly Type[] KernelClasses =
    [
        typeof(AcrossChannelsNormKernels), typeof(AveragePoolingKernels), typeof(BiasGradientKernels), typeof(ConcatenationKernels), typeof(DropoutKernels),
        typeof(GemmKernels), typeof(GradientSumKernels), typeof(Kernels.Images.ImageBatchKernels), typeof(MaxPoolingKernels), typeof(ReluKernels), typeof(SgdKernels), typeof(SoftmaxLossKernels),
        typeof(WithinChannelNormKernels),
    ];

    private static IEnumerable<TestCaseData> Kernels() =>
        from architecture in PtxCompiler.Architectures
        from type in KernelClasses
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void) && !method.IsGenericMethod
        select new TestCaseData(method, architecture).SetArgDisplayNames($"{type.Name}.{method.Name}", architecture);

    [TestCaseSource(nameof(Kernels))]
    public void A_kernel_compiles_for_CUDA_without_undefined_functions_or_local_memory(MethodInfo kernel, string architecture) =>
        Assert.That(PtxCompiler.Compile(kernel, architecture), Does.Contain(".entry").And.Not.Contain(".extern .func").And.Not.Contain(".local"));

    [Test]
    public void No_class_of_kernels_is_left_out() => Assert.That(
        typeof(GemmKernels).Assembly.GetTypes().Where(type => type.IsAbstract && type.Name.EndsWith("Kernels", StringComparison.Ordinal)),
        Is.EquivalentTo(KernelClasses));
}

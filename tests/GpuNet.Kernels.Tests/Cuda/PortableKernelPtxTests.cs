using System.Reflection;
using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;
using ILGPU;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>What the kernels that are no matrix product become on CUDA.</summary>
[Category(NarrowVectors.Unaffected)]
public sealed class PortableKernelPtxTests
{
    private const string Architecture = "sm_80";

    private static readonly Type[] KernelClasses =
    [
        typeof(AcrossChannelsNormKernels), typeof(AveragePoolingKernels), typeof(BiasGradientKernels), typeof(ConcatenationKernels), typeof(DropoutKernels),
        typeof(GradientClipKernels), typeof(GradientSumKernels), typeof(MaxPoolingKernels), typeof(ReluKernels), typeof(SoftmaxLossKernels), typeof(WithinChannelNormKernels),
    ];

    private static IEnumerable<MethodInfo> Kernels =>
        from type in KernelClasses
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void)
        select method;

    private static IEnumerable<TestCaseData> Updates =>
        PortableKernels.All.Where(kernel => kernel.DeclaringType == typeof(UpdateKernels)).Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(PortableKernels.NameOf(kernel)));

    // Tensors that a thread reads and writes four values of at once.
    [TestCase(typeof(ReluKernels), nameof(ReluKernels.Forward), 1, 1)]
    [TestCase(typeof(ReluKernels), nameof(ReluKernels.Backward), 2, 1)]
    [TestCase(typeof(DropoutKernels), nameof(DropoutKernels.Mask), 1, 1)]
    [TestCase(typeof(GradientSumKernels), nameof(GradientSumKernels.Sum), 5, 1)]
    [TestCase(typeof(GradientClipKernels), nameof(GradientClipKernels.SumSquares), 1, 0)]
    [TestCase(typeof(GradientClipKernels), nameof(GradientClipKernels.Scale), 1, 1)]
    [TestCase(typeof(ConcatenationKernels), nameof(ConcatenationKernels.Copy), 8, 8)]
    [TestCase(typeof(BiasGradientKernels), nameof(BiasGradientKernels.SumPlanes), 1, 0)]
    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.Forward), 0, 1)]
    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.SumTotals), 1, 0)]
    public void Quads_are_loaded_and_stored_at_once(Type type, string kernel, int loads, int stores)
    {
        var counts = PtxCompiler.Compile(type.GetMethod(kernel)!, Architecture).Counts;
        Assert.That((Of(counts, "ld", ".v4"), Of(counts, "st", ".v4")), Is.EqualTo((loads, stores)));
    }

    // Weights, gradient and state are read, weights and state written.
    [TestCaseSource(nameof(Updates))]
    public void An_update_reads_and_writes_each_tensor_once_a_quad(MethodInfo kernel)
    {
        int tensors = kernel.GetParameters().Count(parameter => parameter.ParameterType == typeof(ArrayView<float>));
        var counts = PtxCompiler.Compile(kernel, Architecture).Counts;
        Assert.That((Of(counts, "ld", ".v4"), Of(counts, "st", ".v4")), Is.EqualTo((tensors, tensors - 1)));
    }

    [TestCaseSource(nameof(Kernels))]
    public void Shared_memory_fits_a_small_device(MethodInfo kernel) =>
        Assert.That(PtxCompiler.Compile(kernel, Architecture).SharedBytes, Is.AtMost(24 * 1024));

    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.Forward))]
    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.SumTotals))]
    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.Scale))]
    [TestCase(typeof(GradientClipKernels), nameof(GradientClipKernels.SumSquares))]
    [TestCase(typeof(GradientClipKernels), nameof(GradientClipKernels.Factor))]
    [TestCase(typeof(BiasGradientKernels), nameof(BiasGradientKernels.SumPlanes))]
    [TestCase(typeof(BiasGradientKernels), nameof(BiasGradientKernels.SumRows))]
    [TestCase(typeof(WithinChannelNormKernels), nameof(WithinChannelNormKernels.Forward))]
    [TestCase(typeof(WithinChannelNormKernels), nameof(WithinChannelNormKernels.Backward))]
    public void What_a_group_shares_lies_behind_barriers(Type type, string kernel)
    {
        var counts = PtxCompiler.Compile(type.GetMethod(kernel)!, Architecture).Counts;
        Assert.That(counts.Barriers, Is.Positive);
        Assert.That(counts.Of("st.shared"), Is.Positive);
    }

    // Divisions of integers, some twenty instructions each, are products; those of floats are the result's.
    [TestCase(typeof(MaxPoolingKernels), nameof(MaxPoolingKernels.Forward))]
    [TestCase(typeof(MaxPoolingKernels), nameof(MaxPoolingKernels.Backward))]
    [TestCase(typeof(AveragePoolingKernels), nameof(AveragePoolingKernels.Forward))]
    [TestCase(typeof(AveragePoolingKernels), nameof(AveragePoolingKernels.Backward))]
    [TestCase(typeof(ConcatenationKernels), nameof(ConcatenationKernels.Copy))]
    [TestCase(typeof(SoftmaxLossKernels), nameof(SoftmaxLossKernels.Gradient))]
    [TestCase(typeof(AcrossChannelsNormKernels), nameof(AcrossChannelsNormKernels.BackwardOf5))]
    [TestCase(typeof(WithinChannelNormKernels), nameof(WithinChannelNormKernels.Backward))]
    public void No_integer_is_divided(Type type, string kernel) =>
        Assert.That(PtxCompiler.Compile(type.GetMethod(kernel)!, Architecture).Entry, Does.Not.Match(@"\b(div|rem)\.[su](32|64)"));

    // Each value of x, dy and the mask once, and no window in memory.
    [TestCase(nameof(AcrossChannelsNormKernels.ForwardOf3), 1)]
    [TestCase(nameof(AcrossChannelsNormKernels.ForwardOf5), 1)]
    [TestCase(nameof(AcrossChannelsNormKernels.BackwardOf3), 3)]
    [TestCase(nameof(AcrossChannelsNormKernels.BackwardOf5), 3)]
    public void Windows_of_three_and_five_channels_stay_in_registers(string kernel, int loads)
    {
        var counts = PtxCompiler.Compile(typeof(AcrossChannelsNormKernels).GetMethod(kernel)!, Architecture).Counts;
        Assert.That(Of(counts, "ld", ""), Is.EqualTo(loads));
        Assert.That(counts.Of("ld.shared") + counts.Of("st.shared"), Is.Zero);
    }

    // ILGPU names the memory only where it knows it.
    private static int Of(PtxCounts counts, string opcode, string vector) => counts.Of($"{opcode}{vector}.f32") + counts.Of($"{opcode}.global{vector}.f32");
}

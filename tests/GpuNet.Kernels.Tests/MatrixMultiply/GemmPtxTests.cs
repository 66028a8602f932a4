using System.Reflection;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class GemmPtxTests
{
    private static IEnumerable<TestCaseData> Kernels =>
        from architecture in PtxCompiler.Architectures
        from kernel in new[]
        {
            Gemm<LinesOperand, InterleavedOperand, MatrixResult>(),
            Gemm<LinesOperand, LinesOperand, MatrixResult>(),
            Gemm<InterleavedOperand, InterleavedOperand, MatrixResult>(),
            Gemm<InterleavedOperand, LinesOperand, MatrixResult>(),
            Gemm<FilterRows, WindowColumns, ImageResult>(),
            Gemm<ChannelRows, CoveringWindows, ImageResult>(),
            Gemm<OutputRows, TapColumns, MatrixResult>(),
        }
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(string.Join(" × ", kernel.GetGenericArguments().Take(2).Select(type => type.Name)), architecture);

    [TestCaseSource(nameof(Kernels))]
    public void The_product_stays_in_registers_and_loads_vectors_from_shared_memory(MethodInfo kernel, string architecture)
    {
        string ptx = PtxCompiler.Compile(kernel, architecture);
        Assert.That(ptx, Does.Contain($".target {architecture}").And.Contain("bar.sync"));
        Assert.That(ptx, Does.Not.Contain(".local").And.Not.Contain(".extern .func"));
        Assert.That(ptx, Does.Contain("ld.shared.v4.f32"));
        Assert.That(PtxCompiler.SharedBytesOf(ptx), Is.InRange(1, 48 * 1024));
    }

    private static MethodInfo Gemm<TLeft, TRight, TResult>() =>
        typeof(GemmKernels).GetMethod(nameof(GemmKernels.Multiply))!.MakeGenericMethod(typeof(TLeft), typeof(TRight), typeof(TResult));
}

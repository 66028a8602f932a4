namespace GpuNet.Bench.Kernels;

/// <summary>An op in the sizes of a known network: what the BenchmarkDotNet suites and <c>bars</c> measure, from one list.</summary>
/// <param name="Name">Network and layer, or the op and its size.</param>
public abstract record KernelCase(string Name)
{
    /// <summary>Every case.</summary>
    public static IEnumerable<KernelCase> All =>
    [
        .. MatrixMultiplyCase.All, .. ConvolutionCase.All, .. InnerProductCase.All, .. NormCase.All, .. PoolingCase.All, .. ReluCase.All, .. DropoutCase.All,
        .. ConcatenationCase.All, .. GradientSumCase.All, .. SoftmaxLossCase.All, .. ImageBatchCase.All, .. GradientClipCase.All, .. UpdateCase.All,
    ];

    /// <summary>The op's passes.</summary>
    public abstract IReadOnlyList<KernelPass> Passes { get; }

    /// <summary>Whether the quick mode of the suites measures a pass: of each op, a few are.</summary>
    /// <param name="pass">One of <see cref="Passes"/>.</param>
    public virtual bool IsQuick(KernelPass pass) => true;

    /// <summary>What <see cref="AmountOf"/> counts: <c>FLOP</c> or <c>B</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Work of one call: nominal floating-point operations (products with padding count), or bytes that must be read and written.</summary>
    /// <param name="pass">One of <see cref="Passes"/>.</param>
    public abstract double AmountOf(KernelPass pass);

    /// <summary>Makes the op and its tensors.</summary>
    /// <param name="memory">Where the tensors come from, and the device.</param>
    /// <returns>A launch for each of <see cref="Passes"/>.</returns>
    public abstract IReadOnlyList<KernelLaunch> Open(KernelMemory memory);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}

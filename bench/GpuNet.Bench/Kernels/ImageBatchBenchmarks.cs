using BenchmarkDotNet.Attributes;

namespace GpuNet.Bench.Kernels;

/// <summary>The gathering of a batch of images.</summary>
public class ImageBatchBenchmarks : KernelBenchmarks
{
    /// <summary>What is measured.</summary>
    public static IEnumerable<ImageBatchCase> Batches => ImageBatchCase.All;

    /// <summary>The batch.</summary>
    [ParamsSource(nameof(Batches))]
    public ImageBatchCase Batch { get; set; } = null!;

    /// <inheritdoc/>
    protected override KernelCase Case => Batch;

    [Benchmark]
    public void Forward() => Run(KernelPass.Forward);
}

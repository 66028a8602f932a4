namespace GpuNet.Bench.Kernels;

/// <summary>A benchmark's case that knows how much work one call is, so that a speed can stand beside the time.</summary>
public interface IWorkload
{
    /// <summary>Work of one call: floating-point operations or bytes.</summary>
    double Amount { get; }

    /// <summary>What <see cref="Amount"/> counts: <c>FLOP</c> or <c>B</c>.</summary>
    string Unit { get; }
}

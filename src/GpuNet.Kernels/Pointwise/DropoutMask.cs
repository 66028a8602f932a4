namespace GpuNet.Kernels.Pointwise;

/// <summary>What a dropout's masks are drawn from, for the portable kernel.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Stream">The dropout's stream.</param>
/// <param name="Threshold">Random numbers below it drop their value.</param>
/// <param name="Scale">What the others are multiplied by.</param>
internal readonly record struct DropoutMask(ulong Seed, ulong Stream, uint Threshold, float Scale)
{
    /// <summary>The value that a random number decides on.</summary>
    public float Of(float value, uint number) => number < Threshold ? 0f : value * Scale;
}

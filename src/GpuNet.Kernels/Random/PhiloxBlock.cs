namespace GpuNet.Kernels.Random;

/// <summary>The four 32-bit numbers that one evaluation of <see cref="Philox"/> yields, each uniformly distributed.</summary>
/// <param name="A">Position 0 of the block.</param>
/// <param name="B">Position 1.</param>
/// <param name="C">Position 2.</param>
/// <param name="D">Position 3.</param>
public readonly record struct PhiloxBlock(uint A, uint B, uint C, uint D);

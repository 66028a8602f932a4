namespace GpuNet.Bench.Kernels;

/// <summary>One pass of an op, ready to run again and again.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Run">Launches it; does not wait for the device.</param>
/// <param name="Choice">The algorithm that the op has chosen for it; null where there is only one.</param>
public sealed record KernelLaunch(KernelPass Pass, Action Run, string? Choice = null);

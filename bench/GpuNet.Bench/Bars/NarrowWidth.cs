using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Bars;

/// <summary>A vector width below the widest, at which cifar10's convolutions are measured too, in a process that has the wider ones switched off.</summary>
/// <param name="Bits">Bits of a vector.</param>
/// <param name="Prefix">What stands before a measure's name.</param>
/// <param name="Switch">The environment variable that is 0 in that process.</param>
/// <param name="Bar">The share of that width's peak that must be reached; null for no bar.</param>
internal sealed record NarrowWidth(int Bits, string Prefix, string Switch, double? Bar)
{
    /// <summary>The widths, widest first.</summary>
    public static IReadOnlyList<NarrowWidth> All { get; } =
    [
        new(256, "AVX2 ", "DOTNET_EnableAVX512", Bars.Bar.Avx2),
        new(128, "128-bit ", "DOTNET_EnableAVX2", Bar: null),
    ];

    /// <summary>Whether this process's vectors are wider, so that one of this width shows something new.</summary>
    public bool IsNarrower => Bits < Simd.VectorBits;
}

using System.Globalization;

namespace GpuNet.Bench.Kernels;

/// <summary>An update of so many parameters.</summary>
/// <param name="Parameters">How many.</param>
public sealed record SgdCase(int Parameters) : IWorkload
{
    /// <summary>The sizes measured: cifar10_quick's parameters, which fit the caches, and AlexNet's fc6, which does not.</summary>
    public static IReadOnlyList<SgdCase> All { get; } = [new(145_578), new(9216 * 4096)];

    /// <summary>Bytes: weights, velocity and gradient are read, weights and velocity written.</summary>
    public double Amount => 5.0 * sizeof(float) * Parameters;

    /// <inheritdoc/>
    public string Unit => "B";

    /// <inheritdoc/>
    public override string ToString() => Parameters.ToString("N0", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace GpuNet.Layers;

/// <summary>Device memory that a compiled network took, in bytes, by role. (The arenas' slack, a few hundred bytes each, is not counted.)</summary>
/// <param name="Parameters">Values of the parameters.</param>
/// <param name="ParameterGradients">Their gradients.</param>
/// <param name="InputsAndTotals">Input batch, labels and the losses' totals.</param>
/// <param name="Working">Activations, what layers save, and activations' gradients, in memory that they share by turns.</param>
/// <param name="WorkingUnshared">What the same would take if each had memory of its own.</param>
/// <param name="Workspace">Scratch memory of the op that needs most, and what ops keep for themselves.</param>
public sealed record MemoryPlan(long Parameters, long ParameterGradients, long InputsAndTotals, long Working, long WorkingUnshared, long Workspace)
{
    /// <summary>All bytes taken.</summary>
    public long Total => Parameters + ParameterGradients + InputsAndTotals + Working + Workspace;

    /// <summary>Bytes of the largest of the buffers, one a role.</summary>
    public long LargestBuffer => new[] { Parameters, InputsAndTotals, Working, Workspace }.Max();

    /// <summary>The roles of a network in training and their megabytes (10⁶ bytes).</summary>
    public string Roles => string.Create(
        CultureInfo.InvariantCulture,
        $"parameters {Parameters / 1e6:F1}, their gradients {ParameterGradients / 1e6:F1}, inputs {InputsAndTotals / 1e6:F1}, activations and gradients {Working / 1e6:F1} ({WorkingUnshared / 1e6:F1} unshared), workspace {Workspace / 1e6:F1}");

    /// <summary>Reads as one line, in megabytes (10⁶ bytes).</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Total / 1e6:F1} MB: {Roles}");
}

using GpuNet.Bench.Kernels;

namespace GpuNet.Bench.Bars;

/// <summary>Which measures a run of <c>bars</c> takes.</summary>
/// <param name="only">Text that a measure's name and pass contain, with x for × too; empty for all measures.</param>
/// <param name="workers">Workers of the run: the scaling from one to two needs two.</param>
internal sealed class BarsPlan(string only, int workers)
{
    /// <summary>The cases and passes that are wanted.</summary>
    public IReadOnlyList<(KernelCase Case, IReadOnlyList<KernelPass> Passes)> Kernels { get; } = WantedOf(KernelCase.All, only, prefix: "");

    /// <summary>Whether the scaling of the training step is wanted.</summary>
    public bool WantsStepScaling { get; } = workers >= ScalingBars.Workers && Matches(only, ScalingBars.Step, "step");

    /// <summary>The passes whose scaling is wanted.</summary>
    public IReadOnlyList<KernelPass> ScaledPasses { get; } =
        workers >= ScalingBars.Workers ? [.. ScalingBars.Case.Passes.Where(pass => Matches(only, ScalingBars.Layer, KernelBars.LabelOf(pass)))] : [];

    /// <summary>The widths at which a convolution of cifar10 is wanted.</summary>
    public IReadOnlyList<NarrowWidth> Widths { get; } = [.. NarrowWidth.All.Where(width => CasesAt(width, only).Count > 0)];

    private bool IsEmpty => Kernels.Count + ScaledPasses.Count + Widths.Count == 0 && !WantsStepScaling;

    /// <summary>The convolutions of cifar10 and their passes that are wanted at a width.</summary>
    /// <param name="width">One of <see cref="Widths"/>.</param>
    public IReadOnlyList<(KernelCase Case, IReadOnlyList<KernelPass> Passes)> CasesAt(NarrowWidth width) => CasesAt(width, only);

    /// <summary>Checks that something is measured.</summary>
    /// <exception cref="UsageException">The text is in no measure's name and pass.</exception>
    public void ThrowIfEmpty()
    {
        if (!IsEmpty)
            return;
        string scaling = workers < ScalingBars.Workers ? "; --workers 1 leaves out the scaling from one worker to two" : "";
        throw new UsageException($"--only is '{only}'; no measure's name and pass contain it{scaling}. The names are {string.Join(", ", Names())}; {string.Join(" or ", NarrowWidth.All.Select(width => $"'{width.Prefix}'"))} before cifar10's convolutions means those with narrower vectors. Passes: forward, data, weights, product, update, step.");
    }

    private static IEnumerable<string> Names() => [.. WantedOf(KernelCase.All, "", prefix: "").Select(entry => entry.Case.Name), ScalingBars.Step, ScalingBars.Layer];

    private static IReadOnlyList<(KernelCase Case, IReadOnlyList<KernelPass> Passes)> CasesAt(NarrowWidth width, string only) =>
        WantedOf(ConvolutionCase.All.Where(layer => layer.Name.StartsWith("cifar10", StringComparison.Ordinal)), only, width.Prefix);

    private static List<(KernelCase Case, IReadOnlyList<KernelPass> Passes)> WantedOf(IEnumerable<KernelCase> cases, string only, string prefix)
    {
        List<(KernelCase, IReadOnlyList<KernelPass>)> wanted = [];
        foreach (var of in cases)
        {
            KernelPass[] passes = [.. of.Passes.Where(pass => Bar.IsMeasured(of, pass) && Matches(only, prefix + of.Name, KernelBars.LabelOf(pass)))];
            if (passes.Length > 0)
                wanted.Add((of, passes));
        }

        return wanted;
    }

    private static bool Matches(string only, string name, string pass) =>
        $"{name} {pass}".Replace('×', 'x').Contains(only.Replace('×', 'x'), StringComparison.OrdinalIgnoreCase);
}

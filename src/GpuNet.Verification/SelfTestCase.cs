namespace GpuNet.Verification;

/// <summary>One check of the self-test: a pass of an op at one shape, held against its double-precision reference.</summary>
/// <param name="Op">The op, such as <c>convolution</c>.</param>
/// <param name="Pass">The pass, such as <c>backward data</c>.</param>
/// <param name="Shape">Sizes and settings, to be printed.</param>
/// <param name="Run">Runs the op with tensors of the room, and compares there.</param>
public sealed record SelfTestCase(string Op, string Pass, string Shape, Action<SelfTestRoom> Run)
{
    /// <summary>Whether the shape is small enough for a simulated GPU: some ten groups of threads.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Reads as <c>convolution, backward data, 2×3×9×7 → 5, 3×3</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Op}, {Pass}, {Shape}";
}

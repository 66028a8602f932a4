using System.Diagnostics.CodeAnalysis;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;
using GpuNet.Training.Texts;

namespace GpuNet.Training.Comparisons;

/// <summary>What sets one run of a comparison apart from the others; all else is the recipe's. It is run once for each seed.</summary>
/// <param name="Policy">The learning rate of each iteration.</param>
public sealed record Variant(LearningRatePolicy Policy)
{
    /// <summary>How gradients become updates; null for the recipe's way.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>Updates to make; null for the recipe's.</summary>
    public long? Iterations { get; init; }

    /// <summary>The name of the recipe that it comes from; null if it comes from none.</summary>
    public string? Recipe { get; init; }

    /// <summary>What it is called where no other variant is called the same: by its recipe, or by its policy, after the optimizer if it has one of its own.</summary>
    public string Name => Recipe ?? (Optimizer is null ? Policy.Name : $"{Optimizer.Name}-{Policy.Name}");

    /// <summary>Reads a variant with an optimizer of its own from its text form, or says why that is not possible.</summary>
    /// <param name="text">An optimizer and a policy with a slash in between, such as <c>sgd:momentum=0.95/triangular:base=0.001,max=0.006,step=2000</c>.</param>
    /// <param name="variant">The variant, or null.</param>
    /// <param name="error">One line for the user, or null.</param>
    /// <returns>Whether the text is a variant.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Variant? variant, [NotNullWhen(false)] out string? error)
    {
        variant = null;
        // A policy of several stages has slashes too; an optimizer has none.
        if ((text ?? "").Split('/', 2) is not [var first, var second])
        {
            error = $"'{TextPiece.Quote(text ?? "")}' is an optimizer or a policy alone; a run is both, OPTIMIZER/POLICY, such as sgd/fixed:rate=0.001.";
            return false;
        }

        if (!OptimizerText.TryParse(first, out var optimizer, out error) || !PolicyText.TryParse(second, out var policy, out error))
            return false;
        variant = new(policy) { Optimizer = optimizer };
        return true;
    }
}

using System.Text.Json.Serialization;

namespace GpuNet.Training;

/// <summary>
/// Where a loss was seen to be NaN or infinite. A loss stays so once it is, but it is only known where it is read:
/// it happened after <paramref name="LastFiniteIteration"/> and at or before <paramref name="Iteration"/>. The two are
/// neighbours when every iteration's loss is read.
/// </summary>
/// <param name="Iteration">The iteration at which it was seen.</param>
/// <param name="LastFiniteIteration">The last iteration whose loss was read and finite; −1 if there was none.</param>
/// <param name="Rate">The learning rate of the last update made: that of the iteration, as its log row has it, or of the one before where an
/// evaluation saw the loss; 0 if no update was made.</param>
/// <param name="Loss">The loss: NaN or infinite. In training it is the weighted sum of all losses.</param>
[method: JsonConstructor]
public readonly record struct Divergence(long Iteration, long LastFiniteIteration, double Rate, double Loss)
{
    /// <summary>Reads as <c>the loss was NaN at iteration 12 (rate 0.5; finite at iteration 11)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"the loss was {Loss} at iteration {Iteration} (rate {Rate}; {(LastFiniteIteration < 0 ? "never finite" : $"finite at iteration {LastFiniteIteration}")})");
}

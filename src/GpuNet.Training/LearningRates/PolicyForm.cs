namespace GpuNet.Training.LearningRates;

/// <summary>The text form of one kind of policy, as a help text shows it.</summary>
/// <param name="Name">The policy's name, before the colon.</param>
/// <param name="Keys">Its keys, each of which must be given once; keys come in any order.</param>
/// <param name="Meaning">What it does, in one line.</param>
/// <param name="Example">A text that <see cref="PolicyText.Parse"/> reads.</param>
public sealed record PolicyForm(string Name, IReadOnlyList<string> Keys, string Meaning, string Example)
{
    /// <summary>Keys that may be left out.</summary>
    public IReadOnlyList<string> OptionalKeys { get; init; } = [];
}

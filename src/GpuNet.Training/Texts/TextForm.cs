namespace GpuNet.Training.Texts;

/// <summary>The text form of one kind of policy or optimizer, <c>name:key=value,key=value</c>, as a help text shows it.</summary>
/// <param name="Name">The name, before the colon.</param>
/// <param name="Keys">Its keys, each of which must be given once; keys come in any order.</param>
/// <param name="Meaning">What it does, in one line.</param>
/// <param name="Example">A text of this form.</param>
public sealed record TextForm(string Name, IReadOnlyList<string> Keys, string Meaning, string Example)
{
    /// <summary>Keys that may be left out.</summary>
    public IReadOnlyList<string> OptionalKeys { get; init; } = [];
}

namespace GpuNet.Training.Interchange;

/// <summary>The message of a tensor in a file.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte behind it.</param>
/// <param name="IsDouble">Whether its values have 64 bits where the message itself does not say.</param>
internal readonly record struct StoredTensor(long Start, long End, bool IsDouble = false);

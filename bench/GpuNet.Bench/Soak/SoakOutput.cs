namespace GpuNet.Bench.Soak;

/// <summary>What a long run did and wrote.</summary>
/// <param name="Elapsed">Its time, samples included.</param>
/// <param name="Evaluations">Evaluations of the test set.</param>
/// <param name="Checkpoints">Checkpoint files written, over those before.</param>
/// <param name="LogBytes">Bytes of its logs.</param>
internal readonly record struct SoakOutput(TimeSpan Elapsed, int Evaluations, int Checkpoints, long LogBytes);

namespace GpuNet.Training.Data.Fetching;

/// <summary>How far a fetch is with one file.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="File">The file's name.</param>
/// <param name="Done">Bytes done, those of an earlier, broken download included.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct FetchProgress(FetchStage Stage, string File, long Done, long Total);

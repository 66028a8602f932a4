namespace GpuNet.Training.Data.Fetching;

/// <summary>When a download that breaks off is tried again.</summary>
/// <param name="Attempts">How many attempts in a row may fail to get further before the fetch gives up; at least 1.</param>
/// <param name="Delay">How long to wait before the next attempt.</param>
/// <param name="Stall">How long a connection may be silent before it counts as broken.</param>
public readonly record struct FetchRetries(int Attempts, TimeSpan Delay, TimeSpan Stall)
{
    /// <summary>5 attempts, 2 s apart; 60 s of silence.</summary>
    public static FetchRetries Default { get; } = new(5, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
}

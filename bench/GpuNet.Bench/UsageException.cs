namespace GpuNet.Bench;

/// <summary>Options that ask for nothing that can be measured: the message says which, what is wrong and the way out.</summary>
public sealed class UsageException(string message) : Exception(message);

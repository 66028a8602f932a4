namespace GpuNet.Bench;

/// <summary>A measurement that cannot be made: the message says what is wrong and the way out.</summary>
public sealed class BenchException(string message) : Exception(message);

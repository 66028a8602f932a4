namespace GpuNet.Bench.Soak;

/// <summary>What was seen between two iterations of a long run.</summary>
/// <param name="Iteration">Iterations made.</param>
/// <param name="Interval">Time since the sample before, without what taking that one took; zero for the first.</param>
/// <param name="Resident">Bytes of the process in the machine's memory.</param>
/// <param name="Managed">Bytes of the managed heap, garbage that waits for its collection included.</param>
internal readonly record struct SoakSample(long Iteration, TimeSpan Interval, long Resident, long Managed);

namespace GpuNet.Bench.Rooflines;

/// <summary>The roofline of a product on a GPU.</summary>
/// <param name="Variant">Tiles that the plan takes.</param>
/// <param name="Splits">Parts of each sum.</param>
/// <param name="FlopsPerSecond">The most that it can reach.</param>
/// <param name="IsMemory">Whether the memory bounds it, rather than the multiply-adds of the busiest multiprocessor.</param>
internal readonly record struct Bound(string Variant, int Splits, double FlopsPerSecond, bool IsMemory);

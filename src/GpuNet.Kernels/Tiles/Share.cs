namespace GpuNet.Kernels.Tiles;

/// <summary>A worker's contiguous share of a range of items.</summary>
/// <param name="Begin">The first item.</param>
/// <param name="End">One past the last item.</param>
internal readonly record struct Share(int Begin, int End)
{
    public int Length => End - Begin;

    /// <summary>Splits items evenly.</summary>
    public static Share Of(int items, int worker, int workers) =>
        new((int)((long)items * worker / workers), (int)((long)items * (worker + 1) / workers));

    /// <summary>Splits values evenly at multiples of a cache line, so that no line is written by two workers.</summary>
    public static Share OfLines(int values, int worker, int workers)
    {
        var lines = Of(CacheLine.Fill(values) / CacheLine.Length, worker, workers);
        return new(Math.Min(lines.Begin * CacheLine.Length, values), Math.Min(lines.End * CacheLine.Length, values));
    }
}

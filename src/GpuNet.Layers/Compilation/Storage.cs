namespace GpuNet.Layers.Compilation;

/// <summary>Memory that one or several tensors of an iteration live in. Steps count the layers' forward passes, 0 to n − 1, then their
/// backward passes, n to 2n − 1, last layer first.</summary>
/// <param name="length">Values.</param>
/// <param name="from">The step that first writes it.</param>
/// <param name="to">The last step that reads it.</param>
internal sealed class Storage(long length, int from, int to)
{
    public long Length { get; } = length;

    public int From { get; private set; } = from;

    public int To { get; private set; } = to;

    /// <summary>Where it starts in the working memory, in values: set by <see cref="MemoryPlanner"/>.</summary>
    public long Offset { get; set; }

    /// <summary>Keeps it for another step.</summary>
    public void Use(int step)
    {
        From = Math.Min(From, step);
        To = Math.Max(To, step);
    }

    public bool IsInUseWith(Storage other) => From <= other.To && other.From <= To;
}

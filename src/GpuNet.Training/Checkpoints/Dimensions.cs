using System.Globalization;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Checkpoints;

/// <summary>The sizes of a stored tensor, one after the other as they are read. One object serves for all tensors of a file.</summary>
internal sealed class Dimensions
{
    private const int MostShown = 8;
    private const int ImageRank = 4;

    private readonly long[] sizes = new long[MostShown];

    /// <summary>How many there are.</summary>
    public long Rank { get; private set; }

    /// <summary>One of the first eight.</summary>
    public long this[int place] => sizes[place];

    /// <summary>Forgets them.</summary>
    public void Clear() => Rank = 0;

    /// <summary>Adds one behind the others.</summary>
    public void Add(long size)
    {
        if (Rank < MostShown)
            sizes[Rank] = size;
        Rank++;
    }

    /// <summary>Sets one that is known by its place, of four.</summary>
    public void SetOfFour(int place, long size)
    {
        for (; Rank < ImageRank; Rank++)
            sizes[Rank] = 0;
        sizes[place] = size;
    }

    /// <summary>Whether they are those of a parameter. Sizes of 1 in front and at the end count for nothing: one writes an inner product's weights as
    /// (outputs, inputs), another as (1, 1, outputs, inputs), and we as (outputs, inputs, 1, 1).</summary>
    public bool Fit(Shape shape)
    {
        Span<long> expected = [shape.N, shape.C, shape.H, shape.W];
        return Rank <= MostShown && Inner(sizes.AsSpan(0, (int)Rank)).SequenceEqual(Inner(expected));
    }

    /// <summary>The shape of one image; null if they are not that.</summary>
    public Shape? AsImage() => Rank == ImageRank && sizes is [1, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue, ..]
        && (Int128)sizes[1] * sizes[2] * sizes[3] * sizeof(float) <= int.MaxValue
        ? new Shape(1, (int)sizes[1], (int)sizes[2], (int)sizes[3])
        : null;

    /// <summary>Reads as <c>[96,3,11,11]</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{string.Join(',', sizes.Take((int)Math.Min(Rank, MostShown)))}{(Rank > MostShown ? ",…" : "")}]");

    private static ReadOnlySpan<long> Inner(ReadOnlySpan<long> sizes) => sizes.Trim(1);
}

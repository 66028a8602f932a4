namespace GpuNet.Training.Data.Pictures;

/// <summary>How pictures are read.</summary>
public sealed record PictureOptions
{
    /// <summary>The largest <see cref="ShortSide"/>.</summary>
    public const int MaxShortSide = 4096;

    /// <summary>Pixels of a picture's shorter side after it was resized; the longer side keeps the proportion.</summary>
    public int ShortSide { get; init; } = 256;

    /// <summary>The order of the channels.</summary>
    public ChannelOrder Channels { get; init; } = ChannelOrder.Bgr;

    /// <summary>Threads that decode, for each of training and evaluation.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Files of a set that may turn out not to be pictures before that is an error; each is skipped.</summary>
    public int MostBadFiles { get; init; } = 10;

    /// <summary>Is told each file that was skipped, once, with the reason; null to skip silently.</summary>
    public Action<string>? Skipped { get; init; }

    /// <summary>Throws unless every setting is in its range.</summary>
    /// <exception cref="DataException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (ShortSide is < 1 or > MaxShortSide)
            throw new DataException($"pictures are resized to a shorter side of {ShortSide} pixels; it must be from 1 to {MaxShortSide}. Choose another (--resize).");
        if (Workers < 1)
            throw new DataException($"{Workers} threads decode pictures; there must be at least 1. Choose another number (--workers).");
        if (MostBadFiles < 0)
            throw new DataException($"{MostBadFiles} files may be skipped; it must be 0 or more. Choose another number (--max-bad-files).");
    }
}

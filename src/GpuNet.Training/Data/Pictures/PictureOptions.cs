using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data.Pictures;

/// <summary>How pictures are read.</summary>
public sealed record PictureOptions
{
    /// <summary>The most rows and columns of <see cref="Size"/>.</summary>
    public const int MaxSide = 4096;

    /// <summary>The most threads that decode.</summary>
    public const int MaxWorkers = 1024;

    /// <summary>What every picture just covers once it is resized, its proportions kept. Of a square this is the length of the shorter side.</summary>
    public Size2D Size { get; init; } = new(256, 256);

    /// <summary>The channels.</summary>
    public ChannelOrder Channels { get; init; } = ChannelOrder.Bgr;

    /// <summary>Threads that decode, for each of training and evaluation.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Files of a set that may turn out not to be pictures before that is an error; each is skipped. However many they are, it is an error if all files of a
    /// class in the training set are bad, or all of the test set. <see cref="int.MaxValue"/> skips any number, without these rules.
    /// </summary>
    public int MostBadFiles { get; init; } = 10;

    /// <summary>Is told of each file that is skipped, once: a message that names it and what is wrong; null to skip silently.</summary>
    public Action<string>? Skipped { get; init; }

    /// <summary>The shape of what every picture at least has, (1, C, H, W).</summary>
    public Shape Image => new(1, Channels == ChannelOrder.Grey ? 1 : 3, Size.Height, Size.Width);

    /// <summary>Throws unless every setting is in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (Math.Min(Size.Height, Size.Width) < 1 || Math.Max(Size.Height, Size.Width) > MaxSide)
            throw new TrainingException($"pictures are resized to cover {Size} pixels; each side must be from 1 to {MaxSide}. Choose another size (--resize).");
        if (Workers is < 1 or > MaxWorkers)
            throw new TrainingException($"{Workers} threads decode pictures; there must be from 1 to {MaxWorkers}. Choose another number (--workers).");
        if (MostBadFiles < 0)
            throw new TrainingException($"{MostBadFiles} files may be skipped; it must be 0 or more. Choose another number (--max-bad-files).");
    }
}

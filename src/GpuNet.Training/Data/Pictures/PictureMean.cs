using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data.Pictures;

/// <summary>The mean of pictures' windows.</summary>
internal static class PictureMean
{
    private const int ProgressInterval = 1000;

    /// <summary>Reads every picture of a set: see <see cref="PictureSet.MeanOf"/>.</summary>
    public static float[] Compute(PictureSet set, Size2D window, Action<int>? progress, CancellationToken cancellation)
    {
        // Sums of integers: the same in any order. What is no picture is told when all are read, in the set's order.
        var sums = new long[MeanImage.ShapeOf(set, window).ImageSize];
        var bad = new DataException?[set.Count];
        int done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = set.Options.Workers, CancellationToken = cancellation };
        Parallel.For(0, set.Count, options, () => (Reader: new PictureReader(set.Options), Sums: new long[sums.Length], Pixels: new byte[sums.Length]), (i, _, own) =>
        {
            try
            {
                own.Reader.Read(set.File(i));
                set.ThrowIfChanged(i, own.Reader.Fingerprint);
                var (top, left, _) = TenCrop.At(TenCrop.Middle, own.Reader.Size, window);
                own.Reader.CopyWindow(top, left, window, own.Pixels);
                MeanImage.Add(own.Sums, own.Pixels);
            }
            catch (DataException reason)
            {
                bad[i] = reason;
            }

            if (Interlocked.Increment(ref done) is var count && (count % ProgressInterval == 0 || count == set.Count))
                progress?.Invoke(count);
            return own;
        }, own =>
        {
            lock (sums)
            {
                for (int p = 0; p < sums.Length; p++)
                    sums[p] += own.Sums[p];
            }
        });
        for (int i = 0; i < bad.Length; i++)
        {
            if (bad[i] is { } reason)
                set.Skip(i, reason);
        }

        return MeanImage.Divide(sums, Math.Max(1, bad.Count(reason => reason is null)));
    }
}

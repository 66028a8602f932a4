namespace GpuNet.Kernels.Convolution;

/// <summary>The bands of rows that a correlation's images are cut into, each staged and computed by one worker.</summary>
/// <param name="Rows">Rows of output of a band; those of an image's last one may be fewer.</param>
/// <param name="Count">Bands of an image.</param>
internal readonly record struct RowBands(int Rows, int Count)
{
    // The most values that a staged band may take: half of a megabyte of second-level cache.
    private const int StagingLimit = 128 * 1024;

    /// <summary>Whole images if they fit and keep the workers evenly busy; else bands of rows.</summary>
    /// <param name="correlation">What is computed.</param>
    /// <param name="workers">Workers that share the images of all groups.</param>
    public static RowBands Of(Correlation correlation, int workers)
    {
        int height = correlation.Output.Height, rows = height;
        while (rows > 1 && (Staging.LengthOf(correlation, rows) > StagingLimit || !IsEven(correlation.Images * (long)correlation.Groups * CountOf(height, rows), workers)))
            rows = (rows + 1) / 2;
        return new(rows, CountOf(height, rows));
    }

    private static int CountOf(int height, int rows) => (height + rows - 1) / rows;

    // Whether no worker has much more to do than the mean: a twentieth at most, since each band stages rows that its neighbours stage too.
    private static bool IsEven(long items, int workers)
    {
        long most = (items + workers - 1) / workers;
        return items >= 4 * workers && 20 * items >= 19 * most * workers;
    }
}

using GpuNet.Kernels.Images;
using GpuNet.Kernels.Random;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>
/// Which images stand in which batch, and which window of each: a pure function of the batch's number, the same on every device and however the
/// images get there. Windows are Caffe's: in training, if they are smaller than the image, at a random place, mirrored or not with equal
/// chances; in evaluation in the middle. The random numbers are a function of (seed, position in the run). Not safe for use by several threads at once.
/// </summary>
internal sealed class BatchPlan
{
    // Streams of layers and fillers count up from 0; those of shuffles have the top bit set.
    private const ulong WindowStream = 1UL << 62;

    private readonly BatchOrder? order;
    private readonly bool mirror;
    private readonly ulong seed;
    private readonly int views;

    /// <summary>Batches to train on: full ones, in the order's stream.</summary>
    /// <param name="set">The training set.</param>
    /// <param name="order">The order of the images and the batch size.</param>
    /// <param name="window">Rows and columns of a window; null for whole images.</param>
    /// <param name="mirror">Whether windows are mirrored, every other one by chance.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="DataException">The order was made for another set, or the window does not lie within the images.</exception>
    public BatchPlan(ImageSet set, BatchOrder order, Size2D? window = null, bool mirror = false, ulong seed = 0)
        : this(set, (order ?? throw new ArgumentNullException(nameof(order))).Batch, window)
    {
        if (order.Count != set.Count)
            throw new DataException($"{set.Name}: the batch order was made for {order.Count} images, but the set has {set.Count}. Make the order for this set.");
        this.order = order;
        this.mirror = mirror;
        this.seed = seed;
    }

    private BatchPlan(ImageSet set, int batch, Size2D? window, int views = 1)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (batch < 1)
            throw new DataException($"{set.Name}: batch size {batch}; a batch must hold at least one image. Choose a size of 1 or more.");
        var image = set.Shape;
        var size = window ?? new Size2D(image.H, image.W);
        if (size.Height < 1 || size.Width < 1 || size.Height > image.H || size.Width > image.W)
            throw new DataException($"{set.Name}: windows of {size}, but images are {image.H}×{image.W}; a window must lie within the image. Choose one of at most that size.");
        Set = set;
        this.views = views;
        Geometry = new ImageBatchGeometry(MeanImage.ShapeOf(set, size), batch, size);
    }

    /// <summary>The images.</summary>
    public ImageSet Set { get; }

    /// <summary>Image, batch and window. Pictures, whose sizes differ, are cut to windows before: their images are windows.</summary>
    public ImageBatchGeometry Geometry { get; }

    /// <summary>Whether batches go on without end, as in training, or are those of one pass over the set.</summary>
    public bool IsEndless => order is not null;

    /// <summary>Batches that visit every image of the set once, or ten windows of each, the last one padded: ⌈count / batch⌉.</summary>
    public int BatchesInPass => (int)(((long)Set.Count * views + Geometry.Batch - 1) / Geometry.Batch);

    /// <summary>Batches to evaluate on: the set's own order, windows in the middle; places after the set's end are empty.</summary>
    /// <param name="set">The test set.</param>
    /// <param name="batch">Images of a batch; may be larger than the set.</param>
    /// <param name="window">Rows and columns of a window; null for whole images.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DataException">The batch size is below 1, or the window does not lie within the images.</exception>
    public static BatchPlan ForEvaluation(ImageSet set, int batch, Size2D? window = null) => new(set, batch, window);

    /// <summary>Batches for ten-crop evaluation: ten windows of each image, one after another, in the set's own order (see <see cref="TenCropEvaluator"/>);
    /// places after the set's end are empty. The windows of an image may be spread over two batches or more.</summary>
    /// <param name="set">The test set.</param>
    /// <param name="batch">Windows of a batch.</param>
    /// <param name="window">Rows and columns of a window.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DataException">The batch size is below 1, or the window does not lie within the images.</exception>
    public static BatchPlan ForTenCrop(ImageSet set, int batch, Size2D window) => new(set, batch, window, TenCrop.Views);

    /// <summary>Says what stands at each place of one batch. Allocates nothing.</summary>
    /// <param name="iteration">From 0. In evaluation it must be below <see cref="BatchesInPass"/>.</param>
    /// <param name="placements">As many as the batch has places.</param>
    public void Place(long iteration, Span<ImagePlacement> placements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        if (order is null)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(iteration, BatchesInPass);
        ArgumentOutOfRangeException.ThrowIfNotEqual(placements.Length, Geometry.Batch, nameof(placements));
        for (int n = 0; n < placements.Length; n++)
        {
            long position = iteration * placements.Length + n;
            long index = order is null ? position / views : order.IndexAt(position);
            if (index >= Set.Count)
            {
                placements[n] = ImagePlacement.Empty;
                continue;
            }

            var (top, left, mirrored) = WindowAt(position, new Size2D(Set.Shape.H, Set.Shape.W));
            placements[n] = new((int)index, Set.Label((int)index), top, left, mirrored);
        }
    }

    /// <summary>The window at a position of the run, whatever image stands there. Safe for use by several threads at once.</summary>
    /// <param name="position">From 0: batch's number · places + place.</param>
    /// <param name="image">Rows and columns of the image there.</param>
    /// <returns>The window's first row and column, and 1 if its columns are taken from right to left, otherwise 0.</returns>
    internal (int Top, int Left, int Mirrored) WindowAt(long position, Size2D image)
    {
        if (order is null)
            return TenCrop.At(views == 1 ? TenCrop.Middle : (int)(position % views), image, Geometry.Window);
        var random = Philox.Block(seed, WindowStream, (ulong)position);
        return (Below(image.Height - Geometry.Window.Height + 1, random.A), Below(image.Width - Geometry.Window.Width + 1, random.B), mirror ? (int)(random.C >> 31) : 0);
    }

    private static int Below(int limit, uint random) => (int)(((ulong)random * (uint)limit) >> 32);
}

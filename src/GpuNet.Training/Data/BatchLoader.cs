using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Data;

/// <summary>
/// Fills host buffers with batches: pixels minus the mean image, and labels as floats. Allocates nothing after construction.
/// Not safe for use by several threads at once.
/// </summary>
public sealed class BatchLoader
{
    private readonly ImageSet set;
    private readonly float[] mean;
    private readonly BatchOrder? order;

    /// <summary>Batches to train on: full ones, in the order's stream.</summary>
    /// <param name="set">The training set.</param>
    /// <param name="mean">C·H·W values to subtract, of <see cref="MeanImage"/>.</param>
    /// <param name="order">The order of the images and the batch size.</param>
    /// <exception cref="DataException">The mean or the order was made for another set.</exception>
    public BatchLoader(ImageSet set, float[] mean, BatchOrder order) : this(set, mean, (order ?? throw new ArgumentNullException(nameof(order))).Batch)
    {
        if (order.Count != set.Count)
            throw new DataException($"{set.Name}: the batch order was made for {order.Count} images, but the set has {set.Count}. Make the order for this set.");
        this.order = order;
    }

    private BatchLoader(ImageSet set, float[] mean, int batch)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(mean);
        if (mean.Length != set.Shape.ImageSize)
            throw new DataException($"{set.Name}: the mean image has {mean.Length} values, but an image of {set.Shape} has {set.Shape.ImageSize}. Take the mean of the training set that goes with it.");
        if (batch < 1)
            throw new DataException($"{set.Name}: batch size {batch}; a batch must hold at least one image. Choose a size of 1 or more.");
        this.set = set;
        this.mean = mean;
        Shape = set.Shape.WithBatch(batch);
    }

    /// <summary>The shape of a batch: (batch, C, H, W).</summary>
    public Shape Shape { get; }

    /// <summary>Batches that visit every image of the set once, the last one padded: ⌈count / batch⌉.</summary>
    public int BatchesInPass => (int)(((long)set.Count + Shape.N - 1) / Shape.N);

    /// <summary>Batches to evaluate on: the set's own order; places after its end have label −1, which no loss counts, and pixels 0.</summary>
    /// <param name="set">The test set.</param>
    /// <param name="mean">C·H·W values to subtract: the training set's mean image.</param>
    /// <param name="batch">Images of a batch; may be larger than the set.</param>
    /// <returns>The loader.</returns>
    /// <exception cref="DataException">The mean does not fit the set's images or the batch size is below 1.</exception>
    public static BatchLoader ForEvaluation(ImageSet set, float[] mean, int batch) => new(set, mean, batch);

    /// <summary>Fills one batch.</summary>
    /// <param name="iteration">From 0. In evaluation it must be below <see cref="BatchesInPass"/>.</param>
    /// <param name="pixels">batch·C·H·W values, NCHW, in −255…255.</param>
    /// <param name="labels">batch values: class indices, or −1.</param>
    public void Fill(long iteration, Span<float> pixels, Span<float> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        if (order is null)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(iteration, BatchesInPass);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, Shape.Length, nameof(pixels));
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, Shape.N, nameof(labels));
        int size = Shape.ImageSize;
        for (int n = 0; n < Shape.N; n++)
        {
            long position = iteration * Shape.N + n;
            Span<float> target = pixels.Slice(n * size, size);
            if (order is null && position >= set.Count)
            {
                target.Clear();
                labels[n] = -1;
                continue;
            }

            int index = order?.IndexAt(position) ?? (int)position;
            Subtract(set.Image(index), mean, target);
            labels[n] = set.Label(index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract(ReadOnlySpan<byte> image, ReadOnlySpan<float> mean, Span<float> target)
    {
        ref byte x = ref MemoryMarshal.GetReference(image);
        ref float m = ref MemoryMarshal.GetReference(mean);
        ref float y = ref MemoryMarshal.GetReference(target);
        int i = 0;
        for (; i <= image.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<byte>>(ref Unsafe.Add(ref x, i)), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            Store(first, ref Unsafe.Add(ref m, i), ref Unsafe.Add(ref y, i));
            Store(second, ref Unsafe.Add(ref m, i + Vector<float>.Count), ref Unsafe.Add(ref y, i + Vector<float>.Count));
            Store(third, ref Unsafe.Add(ref m, i + 2 * Vector<float>.Count), ref Unsafe.Add(ref y, i + 2 * Vector<float>.Count));
            Store(fourth, ref Unsafe.Add(ref m, i + 3 * Vector<float>.Count), ref Unsafe.Add(ref y, i + 3 * Vector<float>.Count));
        }

        for (; i < image.Length; i++)
            target[i] = image[i] - mean[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<uint> pixels, ref float mean, ref float target) =>
        // Signed conversion: pixels are below 256, and AVX2 has no instruction for unsigned ones.
        Vector.StoreUnsafe(Vector.ConvertToSingle(pixels.As<uint, int>()) - Vector.LoadUnsafe(ref mean), ref target);
}

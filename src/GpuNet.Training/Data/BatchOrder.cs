using GpuNet.Kernels.Random;

namespace GpuNet.Training.Data;

/// <summary>
/// Which image stands at which position of a training run. The run is one endless stream of positions, cut into batches; epoch e covers
/// positions e·count to (e+1)·count − 1 and visits every image once. A batch runs on over an epoch's end, as Caffe's data layer does, so no
/// training batch is partial. The order is a pure function of (seed, epoch), which makes resuming free; one epoch's permutation is kept.
/// Not safe for use by several threads at once.
/// </summary>
internal sealed class BatchOrder
{
    // Streams of layers and fillers count up from 0; those of shuffles have the top bit set.
    private const ulong ShuffleStreams = 1UL << 63;

    private readonly int[]? permutation;
    private readonly ulong seed;
    private long shuffled = -1;

    /// <summary>A fresh shuffle each epoch: Fisher–Yates with Philox numbers; no image's chance at a place is off by more than count/2³².</summary>
    /// <param name="count">Images in the training set.</param>
    /// <param name="batch">Images of an iteration.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="DataException">The batch size is below 1 or larger than the set.</exception>
    public BatchOrder(int count, int batch, ulong seed) : this(count, batch)
    {
        this.seed = seed;
        permutation = new int[count];
    }

    private BatchOrder(int count, int batch)
    {
        if (count < 1)
            throw new DataException($"The training set has {count} images; an order needs at least one.");
        if (batch < 1)
            throw new DataException($"Batch size {batch}: a batch must hold at least one image. Choose a size from 1 to {count}.");
        if (batch > count)
            throw new DataException($"Batch size {batch} is larger than the training set of {count} images. Choose a size from 1 to {count}.");
        Count = count;
        Batch = batch;
    }

    /// <summary>Images in the training set.</summary>
    public int Count { get; }

    /// <summary>Images of an iteration.</summary>
    public int Batch { get; }

    /// <summary>The set's own order, the same each epoch: what Caffe's CIFAR-10 runs use.</summary>
    /// <param name="count">Images in the training set.</param>
    /// <param name="batch">Images of an iteration.</param>
    /// <returns>The order.</returns>
    /// <exception cref="DataException">The batch size is below 1 or larger than the set.</exception>
    public static BatchOrder InFileOrder(int count, int batch) => new(count, batch);

    /// <summary>The image at a position of the run.</summary>
    /// <param name="position">From 0: iteration · batch + place in the batch.</param>
    /// <returns>The image's index in the set.</returns>
    public int IndexAt(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        (long epoch, long place) = Math.DivRem(position, Count);
        if (permutation is null)
            return (int)place;
        if (epoch != shuffled)
            Shuffle(epoch);
        return permutation[place];
    }

    private void Shuffle(long epoch)
    {
        // From the identity each time, not from the last epoch's order: any epoch can be had without those before it.
        int[] order = permutation!;
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = (int)((Philox.Next(seed, ShuffleStreams + (ulong)epoch, (ulong)i) * (ulong)(i + 1)) >> 32);
            (order[i], order[j]) = (order[j], order[i]);
        }

        shuffled = epoch;
    }
}

using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Training.Data.Pictures;

namespace GpuNet.Training.Data;

/// <summary>
/// Puts batches into a network's input and labels. What describes a batch, and the batch's images too if they are streamed, goes to the device
/// through an <see cref="UploadRing"/>, a batch ahead; pictures are decoded further ahead. A kernel makes the batch of it. Waits for no launch but the one that read the slot before.
/// </summary>
internal sealed class BatchFeed : IDisposable
{
    // Sections of a slot begin at multiples of this.
    private const int Alignment = 64;

    private readonly Network network;
    private readonly BatchPlan plan;
    private readonly DeviceBytes? resident;
    private readonly PictureQueue? pictures;
    private readonly ImageBatchOp op;
    private readonly Arena memory;
    private readonly Tensor mean;
    private readonly UploadRing ring;
    private readonly int placementBytes;
    private readonly int imagesAt;

    // The batch that was made ready and is not loaded yet, -1 for none; what went wrong with it.
    private long prepared = -1;
    private ExceptionDispatchInfo? failure;

    /// <summary>Takes the memory.</summary>
    /// <param name="network">The network, compiled for the plan's batches.</param>
    /// <param name="plan">The batches.</param>
    /// <param name="mean">C·H·W values to subtract, of <see cref="MeanImage"/>.</param>
    /// <param name="store">Where the images are.</param>
    /// <exception cref="DataException">The mean was made for another set, or a batch is too long to be streamed.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public BatchFeed(Network network, BatchPlan plan, float[] mean, ImageStore store)
    {
        ArgumentNullException.ThrowIfNull(mean);
        var (set, geometry) = (plan.Set, plan.Geometry);
        if (mean.Length != geometry.Image.ImageSize)
            throw new DataException($"{set.Name}: the mean image has {mean.Length} values, but an image of {geometry.Image} has {geometry.Image.ImageSize}. Take the mean of the training set that goes with it.");
        this.network = network;
        this.plan = plan;
        resident = store.Of(set);
        op = new ImageBatchOp(network.Session, geometry);
        placementBytes = ImageBatchGeometry.PlacementBytes(geometry.Batch);
        imagesAt = (placementBytes + Alignment - 1) / Alignment * Alignment;
        long slot = resident is null ? imagesAt + (long)geometry.Batch * geometry.Image.ImageSize : placementBytes;
        if (slot > Array.MaxLength)
            throw new DataException($"{set.Name}: a batch of {geometry.Batch} images of {geometry.Image} has {slot} bytes, but at most {Array.MaxLength} can be streamed at once. Use a smaller batch.");
        SlotBytes = (int)slot;
        memory = new Arena(network.Session, Arena.Footprint(mean.Length));
        try
        {
            this.mean = memory.Take(geometry.Image);
            this.mean.CopyFrom(mean);
            ring = new UploadRing(network.Session, SlotBytes, Slots);
            if (set is PictureSet files)
                pictures = new PictureQueue(plan, files);
        }
        catch
        {
            ring?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Batches under way at once: one that is computed and one that is uploaded.</summary>
    public static int Slots => 2;

    /// <summary>Host memory, in bytes, of pictures that were decoded ahead.</summary>
    public long PictureBytes => pictures?.BufferBytes ?? 0;

    /// <summary>Bytes of a batch under way.</summary>
    public int SlotBytes { get; }

    /// <summary>Batches in one pass over the set.</summary>
    public int BatchesInPass => plan.BatchesInPass;

    /// <summary>Launches what fills the network's input and labels.</summary>
    /// <param name="iteration">The batch's number, from 0.</param>
    /// <exception cref="DataException">More files are no pictures than may be skipped, or one has changed.</exception>
    public void Load(long iteration)
    {
        if (prepared != iteration)
        {
            DropPrepared();
            Prepare(iteration);
        }

        prepared = -1;
        if (failure is { } error)
        {
            failure = null;
            error.Throw();
        }

        var slot = ring.Take();
        var images = resident ?? slot.Slice(imagesAt, slot.Length - imagesAt);
        op.Run(images, slot.Slice(0, placementBytes), mean, network.Input, network.Labels);
        ring.Release();
    }

    /// <summary>Uploads what the next batch needs, while the device computes: to be called when the passes of the batch before are launched. What is wrong with it
    /// is told when it is loaded, since it is none of the batch before.</summary>
    /// <param name="iteration">The batch's number, from 0.</param>
    public void Prepare(long iteration)
    {
        prepared = iteration;
        var slot = ring.Fill();
        var placements = MemoryMarshal.Cast<byte, ImagePlacement>(slot[..placementBytes]);
        if (pictures is not null)
        {
            try
            {
                pictures.Take(iteration, placements, slot[imagesAt..]);
            }
            catch (DataException error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
                return;
            }
        }
        else
        {
            plan.Place(iteration, placements);
            if (resident is null)
                CopyImages((ImageArray)plan.Set, slot, placements);
        }

        ring.Send();
    }

    public void Dispose()
    {
        pictures?.Dispose();
        ring.Dispose();
        memory.Dispose();
    }

    private void DropPrepared()
    {
        failure = null;
        if (ring.Waiting == 0)
            return;
        ring.Take();
        ring.Release();
    }

    // The slot is a set of its own, whose images stand in the batch's order.
    private void CopyImages(ImageArray set, Span<byte> slot, Span<ImagePlacement> placements)
    {
        int size = set.Shape.ImageSize;
        for (int n = 0; n < placements.Length; n++)
        {
            int index = placements[n].Index;
            if (index < 0)
                continue;
            set.Image(index).CopyTo(slot[(imagesAt + n * size)..]);
            placements[n] = placements[n] with { Index = n };
        }
    }
}

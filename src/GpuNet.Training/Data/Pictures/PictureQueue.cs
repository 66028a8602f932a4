using System.Runtime.ExceptionServices;
using GpuNet.Kernels.Images;

namespace GpuNet.Training.Data.Pictures;

/// <summary>
/// Decodes the pictures of the batches to come on threads of its own, a few batches ahead. What a batch holds is a function of its plan alone: threads
/// fill places that were given out beforehand, each from its own file and with its own random numbers. A file that is no picture leaves its place empty, which
/// neither losses nor gradients count.
/// Its buffers are taken once. For one consumer.
/// </summary>
internal sealed class PictureQueue : IDisposable
{
    private readonly BatchPlan plan;
    private readonly PictureSet set;
    private readonly int windowBytes;
    private readonly object gate = new();
    private readonly Queue<Batch> batches = new();
    private readonly Thread[] workers;
    private Exception? failure;
    private long filesRead;
    private bool stopped;

    public PictureQueue(BatchPlan plan, PictureSet set)
    {
        (this.plan, this.set) = (plan, set);
        windowBytes = plan.Geometry.Image.ImageSize;
        for (int i = 0; i < BatchesAhead; i++)
            batches.Enqueue(new Batch(plan.Geometry.Batch, windowBytes));
        workers = [.. Enumerable.Range(0, set.Options.Workers).Select(i => new Thread(Work) { IsBackground = true, Name = $"pictures {i}" })];
        foreach (var worker in workers)
            worker.Start();
    }

    /// <summary>Batches that are decoded or being decoded: the one that is taken next, and enough behind it that all workers stay busy meanwhile.</summary>
    public static int BatchesAhead => 3;

    /// <summary>Host memory of the batches ahead, in bytes; a worker has one decoded picture besides.</summary>
    public long BufferBytes => (long)BatchesAhead * plan.Geometry.Batch * windowBytes;

    /// <summary>Files that were read so far, good or bad: one for all places of a batch that show the same picture one after another.</summary>
    public long FilesRead => Interlocked.Read(ref filesRead);

    /// <summary>Whether a thread of it lives.</summary>
    public bool IsRunning => workers.Any(worker => worker.IsAlive);

    // Nothing is read ahead over the end of an evaluation: there may be no other.
    private long End => plan.IsEndless ? long.MaxValue : plan.BatchesInPass;

    /// <summary>Waits for a batch, copies it, and lets the next ones be decoded. Batches in turn are ready sooner.</summary>
    /// <param name="iteration">The batch's number.</param>
    /// <param name="placements">Gets what stands at each place, as images of the batch itself.</param>
    /// <param name="images">Gets the windows, NCHW.</param>
    /// <exception cref="DataException">More files are no pictures than may be skipped.</exception>
    public void Take(long iteration, Span<ImagePlacement> placements, Span<byte> images)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(iteration, End);
        Batch batch;
        lock (gate)
        {
            if (batches.Peek().Iteration != iteration)
                Restart(iteration);
            batch = batches.Peek();
            while (batch.Unfinished > 0 && failure is null)
                Monitor.Wait(gate);
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        }

        for (int n = 0; n < batch.Bad.Length; n++)
        {
            if (batch.Bad[n] is { } reason)
                set.Skip(batch.Sources[n], reason);
        }

        batch.Placements.CopyTo(placements);
        batch.Images.CopyTo(images);
        lock (gate)
        {
            batches.Enqueue(batches.Dequeue());
            Begin(batch, iteration + BatchesAhead);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (var worker in workers)
            worker.Join();
    }

    private void Restart(long iteration)
    {
        foreach (var batch in batches)
        {
            batch.Unfinished -= batch.Placements.Length - batch.Next;
            batch.Next = batch.Placements.Length;
        }

        while (batches.Any(batch => batch.Unfinished > 0))
            Monitor.Wait(gate);
        foreach (var batch in batches)
            Begin(batch, iteration++);
    }

    private void Begin(Batch batch, long iteration)
    {
        batch.Iteration = iteration;
        if (iteration >= End)
            return;
        plan.Place(iteration, batch.Placements);
        (batch.Next, batch.Unfinished) = (0, batch.Placements.Length);
        Monitor.PulseAll(gate);
    }

    private void Work()
    {
        var reader = new PictureReader(set.Options);
        while (true)
        {
            Batch? batch;
            int first, end;
            lock (gate)
            {
                while ((batch = FirstOpen()) is null && !stopped)
                    Monitor.Wait(gate);
                if (stopped)
                    return;
                (first, end) = batch!.TakePicture();
            }

            Exception? error = null;
            try
            {
                Fill(reader, batch, first, end);
            }
            catch (Exception unexpected)
            {
                // Not one of those that a bad file gives: a bug, which is to say where.
                error = new InvalidOperationException($"{set.File(batch.Sources[first])}: {unexpected.Message}", unexpected);
            }

            lock (gate)
            {
                failure ??= error;
                batch.Unfinished -= end - first;
                if (batch.Unfinished == 0 || error is not null)
                    Monitor.PulseAll(gate);
            }
        }
    }

    private Batch? FirstOpen()
    {
        foreach (var batch in batches)
        {
            if (batch.Next < batch.Placements.Length)
                return batch;
        }

        return null;
    }

    // Places of one picture, such as its ten windows, which is decoded once.
    private void Fill(PictureReader reader, Batch batch, int first, int end)
    {
        Array.Clear(batch.Bad, first, end - first);
        int picture = batch.Placements[first].Index;
        if (picture < 0)
            return;
        batch.Sources[first] = picture;
        Interlocked.Increment(ref filesRead);
        try
        {
            reader.Read(set.File(picture));
            set.ThrowIfChanged(picture, reader.Fingerprint);
            for (int n = first; n < end; n++)
            {
                var (top, left, mirrored) = plan.WindowAt(batch.Iteration * batch.Placements.Length + n, reader.Size);
                reader.CopyWindow(top, left, plan.Geometry.Window, batch.Images.AsSpan(n * windowBytes, windowBytes));
                // The batch is a set of its own, whose images are the windows.
                batch.Placements[n] = new(n, batch.Placements[n].Label, 0, 0, mirrored);
            }
        }
        catch (DataException reason)
        {
            batch.Bad[first] = reason;
            batch.Placements.AsSpan(first, end - first).Fill(ImagePlacement.Empty);
        }
    }

    private sealed class Batch(int places, int windowBytes)
    {
        public long Iteration { get; set; } = -1;

        public ImagePlacement[] Placements { get; } = new ImagePlacement[places];

        public byte[] Images { get; } = new byte[places * windowBytes];

        // By the first place of each picture: its index in the set, and what was wrong if it is none.
        public int[] Sources { get; } = new int[places];

        public DataException?[] Bad { get; } = new DataException?[places];

        // The first place that no worker has taken.
        public int Next { get; set; } = places;

        public int Unfinished { get; set; }

        // The next places that show one picture.
        public (int First, int End) TakePicture()
        {
            int first = Next++;
            while (Next < Placements.Length && Placements[Next].Index == Placements[first].Index)
                Next++;
            return (first, Next);
        }
    }
}

using System.Diagnostics;
using GpuNet.Bench.Measurement;
using GpuNet.Training;

namespace GpuNet.Bench.Soak;

/// <summary>Observes a long run and takes samples at equal distances. Between two of them it only compares a number, and allocates nothing.</summary>
/// <param name="iterations">Iterations of the run.</param>
/// <param name="interval">Iterations from one sample to the next.</param>
internal sealed class SoakSampler(long iterations, long interval) : ITrainingObserver
{
    private readonly List<SoakSample> samples = new((int)(iterations / interval) + 2);
    private long since;

    /// <summary>The samples so far: one before the first iteration, one after each interval, one at the end.</summary>
    public IReadOnlyList<SoakSample> Samples => samples;

    /// <summary>Bytes of the managed heap that were in use after a full collection, in the middle of the first tenth: late enough for the run to have all its
    /// buffers, and before the samples that <see cref="Trend"/> fits its line to. Null before that.</summary>
    public long? LiveEarly { get; private set; }

    /// <inheritdoc/>
    public void BeforeIteration(long iteration)
    {
        if (iteration % interval == 0)
            Take(iteration);
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result)
    {
        if (samples[^1].Iteration < result.Iterations)
            Take(result.Iterations);
    }

    private void Take(long iteration)
    {
        var time = samples.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since);
        samples.Add(new(iteration, time, ResidentMemory.Bytes, GC.GetTotalMemory(forceFullCollection: false)));
        if (LiveEarly is null && iteration >= iterations / 20)
            LiveEarly = GC.GetTotalMemory(forceFullCollection: true);
        since = Stopwatch.GetTimestamp();
    }
}

using GpuNet.Kernels.Devices;
using GpuNet.Layers;

namespace GpuNet.Training.Timing;

/// <summary>
/// Times a network's training step layer by layer and pass by pass, as Caffe's <c>time</c> does. Timed steps take turns with steps that run as in
/// training, and with measurements of the processor's peak and of a copy, so that a drift of the clock hits all of them. On a CPU
/// session the timers cost a microsecond a pass; on other devices they wait for the device after each, which training does not do.
/// </summary>
public sealed class StepTimer : IDisposable
{
    private const int WarmUp = 3;

    // Peak and copy are measured so often in a run.
    private const int PeakMeasurements = 10;

    private readonly List<LayerTimer> timers = [];
    private readonly DeviceClock clock;
    private readonly DevicePeaks? peaks;
    private readonly TrainingStep step;

    /// <summary>Compiles the network.</summary>
    /// <param name="session">The device.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">How it is compiled, except that its layers are timed; null for the network as it trains.</param>
    /// <exception cref="NetworkException">The network has no loss, or an output that nothing reads.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public StepTimer(DeviceSession session, NetworkBuilder network, CompileOptions? options = null)
    {
        clock = new DeviceClock(session);
        peaks = DevicePeaks.CanMeasure(session) ? new DevicePeaks(session) : null;
        step = new TrainingStep(session, network, (options ?? CompileOptions.Default) with
        {
            Decorate = (layer, inner) =>
            {
                timers.Add(new LayerTimer(clock, layer, inner));
                return timers[^1];
            },
        });
    }

    /// <summary>The network.</summary>
    public Network Network => step.Network;

    /// <summary>Throws unless there are iterations to time.</summary>
    /// <param name="iterations">Timed steps.</param>
    /// <exception cref="TrainingException">There is none.</exception>
    public static void ThrowIfInvalid(int iterations)
    {
        if (iterations < 1)
            throw new TrainingException($"iterations is {iterations}; there must be at least 1 to time. Leave it out for a good number.");
    }

    /// <summary>Measures.</summary>
    /// <param name="iterations">Timed steps, after a warm-up.</param>
    /// <param name="cancellation">Ends the measurement between two steps.</param>
    /// <returns>Medians over the iterations.</returns>
    /// <exception cref="TrainingException">There is no iteration.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public StepTimes Run(int iterations, CancellationToken cancellation = default)
    {
        ThrowIfInvalid(iterations);
        var session = step.Network.Session;
        try
        {
            return Measure(iterations, cancellation);
        }
        catch (Exception error) when (session.FailureOf(error) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => step.Dispose();

    private StepTimes Measure(int iterations, CancellationToken cancellation)
    {
        List<double> wholes = [], updates = [], copies = [];
        var multiplyAdds = peaks is null ? null : new PeakSamples(peaks.MultiplyAdd);
        for (int i = 0; i < WarmUp; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            step.Time(1);
        }

        for (int i = 0; i < iterations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (peaks is not null && i % Math.Max(1, iterations / PeakMeasurements) == 0)
            {
                multiplyAdds!.Take();
                copies.Add(peaks.Copy());
                // The copy has emptied the caches.
                step.Time(1);
            }

            wholes.Add(step.Time(1).Milliseconds);
            updates.Add(RunTimed());
        }

        return new(
            [.. timers.SelectMany(timer => timer.Passes).Select(pass => pass.Time)],
            Quartiles.Of(updates).Median,
            PassWork.OfUpdate(Network.Parameters.Sum(parameter => parameter.Shape.Length)).Bytes,
            Quartiles.Of(wholes).Median,
            multiplyAdds?.Median,
            peaks is null ? null : Quartiles.Of(copies).Median,
            multiplyAdds?.IsSteady ?? true);
    }

    // Milliseconds of the update.
    private double RunTimed()
    {
        clock.Reset();
        timers.ForEach(timer => timer.IsOn = true);
        clock.Mark();
        step.RunPasses();
        int begin = clock.Mark();
        step.Update();
        int end = clock.Mark();
        timers.ForEach(timer => timer.Read());
        timers.ForEach(timer => timer.IsOn = false);
        return clock.Milliseconds(begin, end);
    }
}

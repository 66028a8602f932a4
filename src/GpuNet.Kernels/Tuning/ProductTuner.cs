using System.Diagnostics;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tuning;

/// <summary>
/// Measures, on the device at hand, every way to compute the matrix products of a convolution or an inner product: tiles of every size that the device
/// runs, and sums in one part and in several. The ways take turns, so that a drift of the clock hits all of them, and medians are compared.
/// </summary>
/// <param name="session">The device, whose own tuning is left as it is.</param>
/// <param name="rounds">Turns that each way takes, after one that warms up.</param>
public sealed class ProductTuner(DeviceSession session, int rounds)
{
    // Another way must be faster than the default by this much: the noise of a median.
    private const double Noticeable = 0.98;

    // A turn lasts about so long, launches taken together, but not more of them than so many.
    private const double TurnMilliseconds = 2;
    private const int MostLaunches = 50;

    /// <summary>Throws unless the device has something to choose from.</summary>
    /// <param name="session">The device.</param>
    /// <exception cref="DeviceException">It is the processor, whose kernels choose their tiles themselves.</exception>
    public static void ThrowIfNotTunable(DeviceSession session)
    {
        if (session.UsesTiles)
            throw new DeviceException($"device '{session.Description.Id}' has nothing to tune: its kernels choose their tiles by the processor's vectors and caches. Tune a GPU; `gpunet devices` lists them.");
    }

    /// <summary>Measures the passes of a convolution.</summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="cancellation">Ends the measurement between two turns.</param>
    /// <returns>Forward, data and weights, each when it is measured.</returns>
    public IEnumerable<ProductTiming> Measure(ConvolutionGeometry geometry, CancellationToken cancellation = default) => Measure(
        () =>
        {
            var op = new ConvolutionOp(session, geometry);
            return new Passes(op.WorkspaceLength, op.Forward, op.BackwardData, op.BackwardWeights, op);
        },
        [geometry.Input, geometry.Weights, geometry.Bias, geometry.Output],
        cancellation);

    /// <summary>Measures the passes of an inner product.</summary>
    /// <param name="geometry">The sizes.</param>
    /// <param name="cancellation">Ends the measurement between two turns.</param>
    /// <returns>Forward, data and weights, each when it is measured.</returns>
    public IEnumerable<ProductTiming> Measure(InnerProductGeometry geometry, CancellationToken cancellation = default) => Measure(
        () =>
        {
            var op = new InnerProductOp(session, geometry);
            return new Passes(op.WorkspaceLength, op.Forward, op.BackwardData, op.BackwardWeights, null);
        },
        [geometry.Input, geometry.Weights, geometry.Bias, geometry.Output],
        cancellation);

    /// <summary>The ways to compute a product that are worth measuring, the default first.</summary>
    internal static IReadOnlyList<GemmPlan> Candidates(DeviceLimits limits, GemmRequest request)
    {
        var plan = GemmPlan.For(limits, request.Size, request.MayBeSplit) ?? throw new ArgumentException("no variant is admissible", nameof(limits));
        var candidates = new List<GemmPlan> { plan };
        double groups = plan.Blocks(request.Size) * plan.Splits(request.Size);
        foreach (var variant in GemmVariants.Admissible(limits))
        {
            // Sums whole, and so split that there are as many groups of threads as the default has, half and twice as many.
            double blocks = GemmPlan.Of(variant, request.Size, 1).Blocks(request.Size);
            int[] splits = request.MayBeSplit ? [1, .. new[] { 0.5, 1, 2 }.Select(share => (int)Math.Round(share * groups / blocks))] : [1];
            candidates.AddRange(splits.Select(parts => GemmPlan.Of(variant, request.Size, GemmPlan.AllowedSplits(request, parts))));
        }
        return [.. candidates.DistinctBy(candidate => (candidate.Variant.Name, candidate.Splits(request.Size)))];
    }

    private IEnumerable<ProductTiming> Measure(Func<Passes> make, Shape[] shapes, CancellationToken cancellation)
    {
        ThrowIfNotTunable(session);
        // An op asks for the products of its forward pass, its data gradient and its weights' gradient, in this order.
        var requests = session.Tuning.RequestsOf(() => make().Op?.Dispose());
        if (requests.Count != 3)
            throw new InvalidOperationException($"an op asked for {requests.Count} products, not for those of three passes.");
        yield return Measure("forward", requests[0], make, shapes, (op, t, workspace) => op.Forward(t[0], t[1], t[2], t[3], workspace), cancellation);
        yield return Measure("data", requests[1], make, shapes, (op, t, workspace) => op.BackwardData(t[3], t[1], t[0], workspace, null), cancellation);
        yield return Measure("weights", requests[2], make, shapes, (op, t, workspace) => op.BackwardWeights(t[0], t[3], t[1], null, workspace), cancellation);
    }

    private ProductTiming Measure(
        string pass, GemmRequest request, Func<Passes> make, Shape[] shapes, Action<Passes, Tensor[], Tensor> run, CancellationToken cancellation)
    {
        var plans = Candidates(session.Limits, request);
        var ops = new List<Passes>();
        try
        {
            ops.AddRange(plans.Select(plan => session.Tuning.With(request, new GemmChoice(plan.Variant.Name, plan.Splits(request.Size)), make)));
            var scratch = Shape.Vector((int)ops.Max(op => op.WorkspaceLength));
            using var arena = new Arena(session, shapes.Sum(shape => Arena.Footprint(shape.Length)) + Arena.Footprint(scratch.Length));
            Tensor[] tensors = [.. shapes.Select(arena.Take)];
            var workspace = arena.Take(scratch);
            Array.ForEach(tensors, Fill);
            double[] medians = TakeTurns([.. ops.Select(op => (Action)(() => run(op, tensors, workspace)))], cancellation);
            int best = Array.IndexOf(medians, medians.Min());
            if (medians[best] > Noticeable * medians[0])
                best = 0;
            return new(pass, new(request, plans[0]), medians[0], new(request, plans[best]), medians[best], plans.Count);
        }
        catch (Exception error) when (session.FailureOf(error) is { } failure)
        {
            throw failure;
        }
        finally
        {
            foreach (var op in ops)
                op.Op?.Dispose();
        }
    }

    // Median milliseconds of each.
    private double[] TakeTurns(Action[] ways, CancellationToken cancellation)
    {
        var times = ways.Select(_ => new List<double>()).ToArray();
        // Compiles what is left to compile, and brings the clock up.
        foreach (var way in ways)
        {
            cancellation.ThrowIfCancellationRequested();
            Milliseconds(way, 1);
        }
        int[] launches = [.. ways.Select(way => (int)Math.Clamp(TurnMilliseconds / Milliseconds(way, 1), 1, MostLaunches))];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                times[i].Add(Milliseconds(ways[i], launches[i]));
            }
        }
        return [.. times.Select(list => list.Order().ElementAt(list.Count / 2))];
    }

    private double Milliseconds(Action way, int launches)
    {
        session.Synchronize();
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < launches; i++)
            way();
        session.Synchronize();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds / launches;
    }

    // Zeros would flatter a device that saves power on them.
    private static void Fill(Tensor tensor)
    {
        var random = new System.Random(1);
        var values = new float[tensor.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() - 0.5f;
        tensor.CopyFrom(values);
    }

    // The passes of an op, whose tensors are input, weights, bias and output.
    private sealed record Passes(
        long WorkspaceLength,
        Action<Tensor, Tensor, Tensor?, Tensor, Tensor> Forward,
        Action<Tensor, Tensor, Tensor, Tensor, Tensor?> BackwardData,
        Action<Tensor, Tensor, Tensor, Tensor?, Tensor> BackwardWeights,
        IDisposable? Op);
}

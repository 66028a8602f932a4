using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Testing;

/// <summary>
/// Compares gradients with central differences of a loss L: (L(x + h) − L(x − h))/2h at two steps, h and h/2, extrapolated (Richardson) so
/// that the error of the difference itself falls with h⁴.
/// </summary>
public static class GradientChecker
{
    // Half a unit in the last place of float32, relative.
    private const double RoundOff = 1.0 / (1 << 24);

    /// <summary>
    /// Checks a layer's backward pass against its forward pass: L = Σ c·y for random c, computed in double from the device's float32 y; for a
    /// loss, its weighted mean.
    /// </summary>
    /// <param name="session">The device.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">Shapes of its inputs; small.</param>
    /// <param name="step">h, as large as the layer allows: a layer that is linear in each value may take 1; one with kinks takes less than
    /// the values' distance from them.</param>
    /// <param name="reduction">Terms summed for one output, which the rounding error grows with.</param>
    /// <param name="curved">Whether the loss bends within a step, so that the difference itself errs.</param>
    /// <param name="values">The inputs' values; uniform in ±1 if null.</param>
    /// <param name="lossWeight">Weight of the layer if it is a loss.</param>
    public static void Check(
        DeviceSession session, Layer layer, IReadOnlyList<Shape> inputs, double step, long reduction, bool curved = false, IReadOnlyList<double[]>? values = null, double lossWeight = 1)
    {
        var output = layer.OutputOf(inputs);
        var parameters = layer.ParametersOf(inputs);
        using var bound = layer.Open(new(session, inputs, new RandomSource(1, 2)));
        var labels = new Shape(inputs[0].N, 1, 1, 1);
        var workspace = Shape.Vector((int)Math.Max(bound.WorkspaceLength, 1));
        Shape[] shapes = [.. inputs, .. inputs, output, output, .. parameters.SelectMany(p => new[] { p.Shape, p.Shape }), .. layer.SavedOf(inputs), labels, workspace];
        using var arena = new Arena(session, shapes.Sum(shape => Arena.Footprint(shape.Length)));
        int positions = PositionsOn(session);
        int seed = 0;
        var t = new LayerTensors
        {
            Xs = [.. inputs.Select((shape, i) => Filled(arena, shape, values?[i] ?? Values.Uniform(shape.Length, ++seed)))],
            DXs = [.. inputs.Select(shape => Filled(arena, shape, null))],
            Y = Filled(arena, output, null),
            DYs = layer.IsLoss ? [] : [Filled(arena, output, Values.Uniform(output.Length, 100))],
            Parameters = [.. parameters.Select(p => Filled(arena, p.Shape, Values.Uniform(p.Shape.Length, ++seed)))],
            ParameterGradients = [.. parameters.Select(p => Filled(arena, p.Shape, null))],
            Saved = [.. layer.SavedOf(inputs).Select(shape => Filled(arena, shape, null))],
            // The last item does not count, if there are several.
            Labels = Filled(arena, labels, [.. Enumerable.Range(0, labels.N).Select(i => labels.N > 1 && i == labels.N - 1 ? -1.0 : i % inputs[0].C)]),
            Workspace = arena.Take(workspace),
        };
        double[] c = layer.IsLoss ? [] : [.. t.DY.ToArray().Select(value => (double)value)];
        var pass = new Pass(Phase.Train, 3);
        double Loss()
        {
            bound.Forward(t, pass);
            float[] y = t.Y.ToArray();
            return layer.IsLoss ? lossWeight * y[0] / Math.Max(y[3], 1) : c.Zip(y, (factor, value) => factor * value).Sum();
        }

        Loss();
        bound.Backward(t, pass);
        float[] outputs = t.Y.ToArray();
        double norm = layer.IsLoss
            ? lossWeight * outputs[0]
            : Math.Sqrt(c.Sum(value => value * value)) * outputs.Max(Math.Abs);
        double noise = RoundOff * (4 * Math.Sqrt(reduction) + 8) * norm;
        for (int i = 0; i < inputs.Count; i++)
            Compare(t.Xs[i], t.DXs[i], Loss, step, noise, curved, positions, $"{layer.Name}: dx{i}");
        for (int i = 0; i < parameters.Count; i++)
            Compare(t.Parameters[i], t.ParameterGradients[i], Loss, step, noise, curved, positions, $"{layer.Name}: d{parameters[i].Name}");
    }

    /// <summary>Compares a gradient with differences of a loss.</summary>
    /// <param name="x">What the loss depends on; its values are the same afterwards.</param>
    /// <param name="dx">The gradient to check.</param>
    /// <param name="loss">Computes the loss from x as it stands.</param>
    /// <param name="step">h.</param>
    /// <param name="noise">Rounding error of the loss, absolute.</param>
    /// <param name="curved">Whether the loss bends within a step.</param>
    /// <param name="positions">How many values are checked, evenly spaced.</param>
    /// <param name="what">What is compared, for the message.</param>
    public static void Compare(Tensor x, Tensor dx, Func<double> loss, double step, double noise, bool curved, int positions, string what)
    {
        float[] values = x.ToArray();
        float[] gradient = dx.ToArray();
        double largest = gradient.Max(value => Math.Abs((double)value));
        // The extrapolated difference is (4·D(h/2) − D(h))/3, and D(h) errs by noise/h. Where the
        // loss bends, the difference itself errs by h⁴/480 of the fifth derivative, taken to be below 48 times the largest gradient.
        double tolerance = 3 * noise / step + (curved ? Math.Pow(step, 4) / 10 * largest : 0);
        Assert.That(tolerance, Is.LessThan(0.02 * largest), $"{what}: the check is too coarse to say anything; the largest gradient is {largest}");
        int stride = Math.Max(1, values.Length / positions);
        for (int i = 0; i < values.Length; i += stride)
        {
            double expected = (4 * Difference(i, step / 2) - Difference(i, step)) / 3;
            if (!(Math.Abs(gradient[i] - expected) <= tolerance))
                Assert.Fail($"{what}[{i}] is {gradient[i]:R}, but differences of the loss say {expected:R} ± {tolerance:G3}");
        }

        x.CopyFrom(values);

        double Difference(int i, double h)
        {
            float value = values[i], above = (float)(value + h), below = (float)(value - h);
            values[i] = above;
            x.CopyFrom(values);
            double high = loss();
            values[i] = below;
            x.CopyFrom(values);
            double low = loss();
            values[i] = value;
            return (high - low) / ((double)above - below);
        }
    }

    /// <summary>How many values of a tensor to check: each costs four forward passes, and the simulated GPU is slow.</summary>
    /// <param name="session">The device.</param>
    /// <returns>The number.</returns>
    public static int PositionsOn(DeviceSession session) => session.Kind == DeviceKind.SimulatedGpu ? 4 : 40;

    // Results start as NaN, so that a value that was never written shows.
    private static Tensor Filled(Arena arena, Shape shape, IReadOnlyList<double>? values)
    {
        var tensor = arena.Take(shape);
        tensor.CopyFrom(values is null ? [.. Enumerable.Repeat(float.NaN, (int)shape.Length)] : [.. values.Select(value => (float)value)]);
        return tensor;
    }
}

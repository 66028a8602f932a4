using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Loss;

/// <summary>
/// Softmax and multinomial logistic loss in one, with the hits counted on the device: what Caffe's <c>SoftmaxWithLoss</c> (normalised by the
/// counted items) and its <c>Accuracy</c> for the first one and five classes compute. Nothing is read back; totals stay on the device.
/// It owns a scratch buffer of 16 bytes an item.
/// </summary>
public sealed class SoftmaxLossOp : IDisposable
{
    private readonly Shape scores;
    private readonly Arena scratch;
    private readonly Action<Tensor, Tensor, Tensor, Tensor> forward;
    private readonly Action<Tensor, Tensor, Tensor> backward;

    /// <summary>Loads the kernels and allocates the scratch buffer.</summary>
    /// <param name="session">The device.</param>
    /// <param name="scores">Shape of the scores: a matrix (N, C, 1, 1) of N items and C classes.</param>
    /// <param name="lossWeight">Share of this loss in a network's total; scales the gradient, not the totals.</param>
    /// <exception cref="ShapeException">The shape is not a matrix of at least one row and column, or has more than 2³¹ − 2¹⁶ values or 2²⁹ − 2¹⁴ rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not finite.</exception>
    public SoftmaxLossOp(DeviceSession session, Shape scores, float lossWeight = 1)
    {
        if (scores is not { N: > 0, C: > 0, H: 1, W: 1 })
            throw new ShapeException($"softmax loss: scores of {scores} are no matrix; they must be N×C×1×1, a row for each item and a column for each class. Put an inner product before the loss.");
        if (!float.IsFinite(lossWeight))
            throw new ArgumentOutOfRangeException(nameof(lossWeight), string.Create(CultureInfo.InvariantCulture, $"softmax loss: the loss weight is {lossWeight}; it must be finite."));
        // An item keeps its share of each total.
        ShapeException.ThrowIfTooLong("softmax loss", scores, Shape.Matrix(scores.N, SoftmaxLossKernels.Totals));
        this.scores = scores;
        int items = scores.N, classes = scores.C;
        const int totalCount = SoftmaxLossKernels.Totals;
        if (session.UsesTiles)
        {
            scratch = new Arena(session, Arena.Footprint(totalCount * items) + Arena.Footprint(1));
            var partials = Take(totalCount * items);
            var finished = Take(1);
            var forwardTile = new TileLauncher<SoftmaxLossTile>(session);
            var backwardTile = new TileLauncher<SoftmaxLossBackwardTile>(session);
            forward = (s, labels, p, totals) => forwardTile.Run(new(classes, s.View, labels.View, p.View, totals.View, partials, finished));
            backward = (p, labels, ds) => backwardTile.Run(new(classes, lossWeight, p.View, labels.View, ds.View));
            return;
        }

        scratch = new Arena(session, Arena.Footprint(totalCount * items) + Arena.Footprint(1));
        ArrayView<float> itemTotals = Take(totalCount * items), scale = Take(1);
        var device = session.Accelerator;
        var forwardKernel = device.LoadStreamKernel<int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftmaxLossKernels.Forward);
        var sumTotalsKernel = device.LoadStreamKernel<int, ArrayView<float>, ArrayView<float>>(SoftmaxLossKernels.SumTotals);
        var scaleKernel = device.LoadStreamKernel<float, ArrayView<float>, ArrayView<float>>(SoftmaxLossKernels.Scale);
        var gradientKernel = device.LoadStreamKernel<int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftmaxLossKernels.Gradient);
        // No more lanes than classes, so that there are no more threads than scores; and one group for what is summed over the batch.
        int lanes = session.Limits.TreeGroupOf(Math.Min(classes, LaunchPlan.UsualGroup));
        int rows = Math.Min(session.Limits.TreeGroupOf() / lanes, items);
        var itemGroups = new KernelConfig(new Index2D(LaunchPlan.DivideUp(items, rows), 1), new Index2D(lanes, rows));
        var batchGroup = new KernelConfig(1, session.Limits.TreeGroupOf(Math.Min(items, LaunchPlan.UsualGroup)));
        forward = (s, labels, p, totals) =>
        {
            forwardKernel(itemGroups, items, classes, s.View, labels.View, p.View, itemTotals);
            sumTotalsKernel(batchGroup, items, itemTotals, totals.View);
        };
        backward = (p, labels, ds) =>
        {
            scaleKernel(batchGroup, lossWeight, labels.View, scale);
            gradientKernel(itemGroups, items, classes, p.View, labels.View, scale, ds.View);
        };
    }

    /// <summary>The least probability that the logarithm sees: C's FLT_MIN.</summary>
    public static float LeastProbability => SoftmaxLossKernels.LeastProbability;

    /// <summary>The shape of <c>totals</c>: loss, top-1 hits, top-5 hits, counted items.</summary>
    public static Shape TotalsShape => Shape.Vector(SoftmaxLossKernels.Totals);

    private Shape Labels => Shape.Matrix(scores.N, 1);

    /// <summary>
    /// Softmax of each row, p_c = exp(s_c − max s) / Σ exp(s_j − max s), and the sums over the batch. A class hits the first k if fewer than k
    /// other classes score at least as high, so ties count against it. A NaN score makes the loss NaN, and
    /// its item hits nothing.
    /// </summary>
    /// <param name="scores">Scores, (N, C, 1, 1).</param>
    /// <param name="labels">Class indices as floats, (N, 1, 1, 1); an item with a label below 0 is not counted. Any other that is no class makes the
    /// loss NaN.</param>
    /// <param name="probabilities">Gets the softmax, (N, C, 1, 1); other memory than the scores.</param>
    /// <param name="totals">Gets, as (1, 4, 1, 1), sums over the counted items: Σ −ln max(p_label, 1.18e-38), top-1 hits, top-5 hits, and their
    /// number.</param>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public void Forward(Tensor scores, Tensor labels, Tensor probabilities, Tensor totals)
    {
        ShapeException.ThrowUnless("softmax loss: scores", scores.Shape, this.scores);
        ShapeException.ThrowUnless("softmax loss: labels", labels.Shape, Labels);
        ShapeException.ThrowUnless("softmax loss: probabilities", probabilities.Shape, this.scores);
        ShapeException.ThrowUnless("softmax loss: totals", totals.Shape, TotalsShape);
        forward(scores, labels, probabilities, totals);
    }

    /// <summary>
    /// The gradient of lossWeight · (mean loss of the counted items): dscores = (p − 1{c = label}) · lossWeight / max(counted, 1), and 0 for
    /// items that are not counted.
    /// </summary>
    /// <param name="probabilities">The softmax of the forward pass, (N, C, 1, 1).</param>
    /// <param name="labels">The labels of the forward pass, (N, 1, 1, 1).</param>
    /// <param name="dscores">Gets the gradient of the scores, (N, C, 1, 1); may be the probabilities themselves.</param>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public void Backward(Tensor probabilities, Tensor labels, Tensor dscores)
    {
        ShapeException.ThrowUnless("softmax loss: probabilities", probabilities.Shape, scores);
        ShapeException.ThrowUnless("softmax loss: labels", labels.Shape, Labels);
        ShapeException.ThrowUnless("softmax loss: dscores", dscores.Shape, scores);
        backward(probabilities, labels, dscores);
    }

    /// <summary>Frees the scratch buffer.</summary>
    public void Dispose() => scratch.Dispose();

    private ArrayView<float> Take(int length) => scratch.Take(Shape.Vector(length)).View;
}

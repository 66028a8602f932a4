using GpuNet.Kernels.Tensors;
using GpuNet.Layers;

namespace GpuNet.Training.Timing;

/// <summary>What a pass has to do at least.</summary>
/// <param name="Operations">Nominal floating-point operations: a product and an addition for each weight and output value, taps on padding
/// too; 0 for a layer without weights.</param>
/// <param name="Bytes">Bytes that must be read and written: inputs, output, parameters and what is saved, each once.</param>
internal readonly record struct PassWork(double Operations, double Bytes)
{
    // The builder's own layer for a value with several readers.
    private const string SplitKind = "Split";

    /// <summary>Forward: inputs and parameters are read, the output and what is saved written. A split's readers share its input, so that nothing moves.</summary>
    public static PassWork OfForward(Layer layer, LayerTensors t) => layer.Kind == SplitKind
        ? default
        : new(ProductOf(t), BytesOf(Sum(t.Xs) + Sum(t.Parameters) + t.OutputShape.Length + Sum(t.Saved)));

    /// <summary>Backward: the output's gradient, what is saved and what the layer reads again are read, the mask of its gradient too, gradients are written;
    /// no gradient depends on the bias. A layer with weights computes one product for their gradient, and one for the input's where it is wanted.</summary>
    public static PassWork OfBackward(Layer layer, LayerTensors t)
    {
        // Of a tensor that the layer works on a window of, the window counts.
        long read = (t.DYs.Count + (layer.BackwardReadsOutput ? 1 : 0)) * t.OutputShape.Length + Sum(t.Saved) +
            (layer.BackwardReadsInputs || t.MasksDX ? Sum(t.Xs) : 0) + (t.NeedsDX ? Sum(t.Parameters) - (t.B?.Length ?? 0) : 0);
        return new(ProductOf(t) * (t.NeedsDX ? 2 : 1), BytesOf(read + Sum(t.DXs) + Sum(t.ParameterGradients)));
    }

    /// <summary>The update: values, velocities and gradients are read, values and velocities written.</summary>
    public static PassWork OfUpdate(long parameters) => new(0, BytesOf(5 * parameters));

    // Each output value is a sum over one filter, or one row of the weights.
    private static double ProductOf(LayerTensors t) => t.Parameters.Count > 0 ? 2.0 * t.OutputShape.Length * t.W.Shape.ImageSize : 0;

    private static long Sum(IReadOnlyList<Tensor> tensors) => tensors.Sum(tensor => tensor.Length);

    private static double BytesOf(long values) => sizeof(float) * (double)values;
}

using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>What the portable kernels do to the values of a product on their way to memory. A <em>channel</em> is a column of a matrix, an output channel of a convolution.</summary>
internal readonly struct GemmEpilogue(ArrayView<float> bias, int hasBias, int rectify, ArrayView<float> mask, int hasMask)
{
    private readonly ArrayView<float> bias = bias, mask = mask;
    private readonly int hasBias = hasBias, rectify = rectify, hasMask = hasMask;

    /// <summary>Adds the bias, a value a channel; then perhaps rectifies; then keeps what stands where the mask, of the product's shape, is above 0.</summary>
    /// <param name="product">The product; stands in for what there is not, since a kernel takes no empty view on every device.</param>
    /// <param name="bias">Bias, or null for none.</param>
    /// <param name="rectify">Whether values below 0 become 0.</param>
    /// <param name="mask">Mask, or null for none.</param>
    public static GemmEpilogue Of(ArrayView<float> product, Tensor? bias = null, bool rectify = false, Tensor? mask = null) =>
        new(bias?.View ?? product, bias is null ? 0 : 1, rectify ? 1 : 0, mask?.View ?? product, mask is null ? 0 : 1);

    public float Finish(float value, int at, int channel)
    {
        if (hasBias != 0)
            value += bias[channel];
        if (rectify != 0)
            value = value < 0f ? 0f : value;
        if (hasMask != 0)
            value = mask[at] > 0f ? value : 0f;
        return value;
    }
}

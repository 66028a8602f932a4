using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Util;

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

    /// <summary>Whether the mask, if there is one, starts at a multiple of 16 bytes; asked by the host.</summary>
    public bool IsAligned => Quads.IsAligned(mask);

    /// <summary>Finishes one value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="at">Where it stands in the product.</param>
    /// <param name="channel">Its channel.</param>
    public float Finish(float value, int at, int channel)
    {
        if (hasBias != 0)
            value += bias[channel];
        value = Rectified(value);
        if (hasMask != 0)
            value = mask[at] > 0f ? value : 0f;
        return value;
    }

    /// <summary>Adds the bias to four values of one channel.</summary>
    public Quad AddBias(Quad values, int channel) => AddBias(values, channel, channel, channel, channel);

    /// <summary>Adds the bias to values of four channels.</summary>
    public Quad AddBias(Quad values, int channel0, int channel1, int channel2, int channel3)
    {
        if (hasBias != 0)
        {
            values.V0 += bias[channel0];
            values.V1 += bias[channel1];
            values.V2 += bias[channel2];
            values.V3 += bias[channel3];
        }

        return values;
    }

    /// <summary>Rectifies and masks four values that have their bias.</summary>
    public Quad Finish(Quad values, int at0, int at1, int at2, int at3)
    {
        values = Rectified(values);
        if (hasMask != 0)
            values = Masked(values, new Quad { V0 = mask[at0], V1 = mask[at1], V2 = mask[at2], V3 = mask[at3] });
        return values;
    }

    /// <summary>Rectifies and masks four values that have their bias and stand in a row of an aligned product, from a multiple of 4 on.</summary>
    public Quad Finish(Quad values, int at)
    {
        values = Rectified(values);
        if (hasMask != 0)
            values = Masked(values, mask.Quad(at));
        return values;
    }

    private static Quad Masked(Quad values, Quad mask) => new()
    {
        V0 = Utilities.Select(mask.V0 > 0f, values.V0, 0f),
        V1 = Utilities.Select(mask.V1 > 0f, values.V1, 0f),
        V2 = Utilities.Select(mask.V2 > 0f, values.V2, 0f),
        V3 = Utilities.Select(mask.V3 > 0f, values.V3, 0f),
    };

    private Quad Rectified(Quad values) => new()
    {
        V0 = Rectified(values.V0),
        V1 = Rectified(values.V1),
        V2 = Rectified(values.V2),
        V3 = Rectified(values.V3),
    };

    // A NaN stays one.
    private float Rectified(float value) => Utilities.Select(rectify != 0 & value < 0f, 0f, value);
}

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>The constants of a local response normalisation, named as in Krizhevsky et al. (2012), section 3.3.</summary>
/// <param name="Size">Width n of the window: channels, or pixels along each axis; odd, and at most 255.</param>
/// <param name="Alpha">Weight α of the window's mean square; at least 0. As in Caffe it multiplies the mean, so the sum has α/n or α/n².</param>
/// <param name="Beta">Exponent β.</param>
/// <param name="K">Constant k that the mean square is added to; above 0. Within channels it is always 1, as in Caffe.</param>
public readonly record struct LocalResponseNormParameters(int Size, float Alpha, float Beta, float K = 1)
{
    /// <summary>The largest <see cref="Size"/>.</summary>
    public const int MostSize = 255;

    /// <summary>Checks that the window has a centre and that no sum can reach 0.</summary>
    /// <param name="who">The layer or op, for the message.</param>
    /// <exception cref="ArgumentException">A constant is out of range.</exception>
    public void ThrowIfInvalid(string who)
    {
        if (Size < 1 || Size % 2 == 0)
            throw new ArgumentException(FormattableString.Invariant($"{who}: size {Size} must be odd and at least 1, so that the window has a centre. Take {Math.Max(Size, 0) / 2 * 2 + 1}."));
        if (Size > MostSize)
            throw new ArgumentException(FormattableString.Invariant($"{who}: size {Size} must be at most {MostSize}, so that a window fits into the first cache. AlexNet has 5."));
        if (!(Alpha >= 0 && float.IsFinite(Alpha) && K > 0 && float.IsFinite(K) && float.IsFinite(Beta)))
            throw new ArgumentException(FormattableString.Invariant($"{who}: alpha {Alpha}, beta {Beta}, k {K} must be finite, alpha at least 0 and k above 0, so that k + alpha·(mean square) is above 0. AlexNet has alpha 0.0001, beta 0.75, k 1."));
    }
}

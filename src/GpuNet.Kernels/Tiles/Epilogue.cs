using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// What a tile that computes sums of products, a convolution or a matrix multiply, does to them on their way to memory: a bias to start from, then a
/// rectifier or a mask. A <em>channel</em> is an output channel of a convolution, a column of a matrix.
/// </summary>
internal readonly struct Epilogue
{
    private readonly ArrayView<float> bias, mask;
    private readonly bool hasBias;

    private Epilogue(Tensor? bias, bool rectifies, Tensor? mask)
    {
        this.bias = bias?.View ?? default;
        this.mask = mask?.View ?? default;
        hasBias = bias is not null;
        Rectifies = rectifies;
        IsMasked = mask is not null;
    }

    /// <summary>Whether sums below 0 become 0.</summary>
    public bool Rectifies { get; }

    /// <summary>Whether a sum becomes 0 where the mask is not above 0.</summary>
    public bool IsMasked { get; }

    /// <summary>Adds a bias, one value a channel; then perhaps rectifies.</summary>
    public static Epilogue Forward(Tensor? bias, bool rectify) => new(bias, rectify, null);

    /// <summary>Keeps the gradient where the mask, of the result's shape, is above 0.</summary>
    public static Epilogue Gradient(Tensor? mask) => new(null, false, mask);

    /// <summary>Writes what the sums of some channels start from.</summary>
    /// <param name="destination">Room for <paramref name="block"/> values; those past the last channel become 0.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">Channels that there are.</param>
    /// <param name="block">Values written.</param>
    public void WriteBias(ref float destination, int first, int channels, int block)
    {
        for (int c = 0; c < block; c++)
            Unsafe.Add(ref destination, c) = c < channels ? Bias(first + c) : 0f;
    }

    /// <summary>The bias of a channel, or 0.</summary>
    public float Bias(int channel) => hasBias ? bias[channel] : 0f;

    /// <summary>Asks for the mask of some values, which <see cref="Finish{S,V}"/> will read.</summary>
    /// <param name="at">Where the first stands in the result.</param>
    /// <param name="count">Neighbouring values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchMask(long at, int count)
    {
        for (int i = 0; i < count; i += CacheLine.Length)
            Prefetch.Line(ref mask[at + i]);
    }

    /// <summary>Finishes a vector of neighbouring values of the result.</summary>
    /// <param name="sums">The sums, bias included.</param>
    /// <param name="at">Where the first stands in the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Finish<S, V>(V sums, long at)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (Rectifies)
            return S.Max(sums, S.Broadcast(0f));
        return IsMasked ? S.WhereGreater(S.Load(in mask[at], 0), S.Broadcast(0f), sums) : sums;
    }

    /// <summary>Finishes rows of sums and stores them.</summary>
    /// <param name="sums">The first row's sums, bias included.</param>
    /// <param name="sumsStride">Values from a row's sums to the next one's.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="result">The result; the sums may stand there themselves.</param>
    /// <param name="at">Where the first row goes.</param>
    /// <param name="stride">Values from a row of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store<S, V>(ref float sums, nint sumsStride, int rows, int columns, ArrayView<float> result, long at, nint stride)
        where S : struct, ISimd<V>
        where V : struct
    {
        ref float destination = ref result[at];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i += S.Width)
                S.StoreFirst(Finish<S, V>(S.Load(in sums, i), at + i), ref destination, i, columns - i);
            sums = ref Unsafe.Add(ref sums, sumsStride);
            destination = ref Unsafe.Add(ref destination, stride);
            at += stride;
        }
    }
}

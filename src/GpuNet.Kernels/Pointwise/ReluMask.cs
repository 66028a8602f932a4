using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Pointwise;

/// <summary>
/// The gradient of the ReLU below a layer, folded into the layer's own: the ReLU's output is the layer's input, and where it is not above 0
/// the gradient becomes 0, as <see cref="ReluOp.Backward"/> has it. Without a ReLU it lets every gradient through.
/// </summary>
internal readonly struct ReluMask
{
    private readonly ArrayView<float> y;
    private readonly int given;

    private ReluMask(ArrayView<float> y, int given)
    {
        this.y = y;
        this.given = given;
    }

    /// <summary>Whether there is a ReLU.</summary>
    public bool IsGiven => given != 0;

    /// <summary>The ReLU's output; without a ReLU, the gradient.</summary>
    public ArrayView<float> View => y;

    /// <summary>Makes the mask of a launch.</summary>
    /// <param name="mask">The ReLU's output, or null if there is none.</param>
    /// <param name="dx">The gradient that is masked.</param>
    public static ReluMask Of(Tensor? mask, Tensor dx) => mask is { } y ? new(y.View, 1) : new(dx.View, 0);

    /// <summary>The gradient of value i, on any device.</summary>
    public float Of(float gradient, int i)
    {
        if (given == 0)
            return gradient;
        return y[i] > 0f ? gradient : 0f;
    }

    /// <summary>The gradients of quad i, on any device; <see cref="View"/> must be aligned.</summary>
    public Quad Of(Quad gradients, int i)
    {
        if (given == 0)
            return gradients;
        var outputs = y.Cast<Quad>()[i];
        return new(
            outputs.V0 > 0f ? gradients.V0 : 0f, outputs.V1 > 0f ? gradients.V1 : 0f,
            outputs.V2 > 0f ? gradients.V2 : 0f, outputs.V3 > 0f ? gradients.V3 : 0f);
    }

    /// <summary>The first value of a row of the ReLU's output, for <see cref="Of{S,V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Row(int start) => ref y[given == 0 ? 0 : start];

    /// <summary>The gradients of a vector of values of a row, on the CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<S, V>(V gradients, ref readonly float row, nint offset)
        where S : struct, ISimd<V>
        where V : struct =>
        given == 0 ? gradients : S.WhereGreater(S.Load(in row, offset), S.Broadcast(0f), gradients);

    /// <summary>Masks a block of rows of as many planes as there are lanes, on the CPU.</summary>
    /// <param name="dx">The gradient; its first value is the mask's.</param>
    /// <param name="start">The block's first value in the first plane.</param>
    /// <param name="planeStride">Values from a plane to the next; 0 if there is one plane only.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="rowStride">Values of a plane from a row to the next.</param>
    /// <param name="columns">Columns of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<S, V>(ArrayView<float> dx, int start, int planeStride, int rows, int rowStride, int columns)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (given == 0)
            return;
        ref float py = ref y[start], pdx = ref dx[start];
        if (columns == rowStride)
        {
            columns *= rows;
            rows = 1;
        }
        for (int plane = 0; plane < (planeStride == 0 ? 1 : S.Width); plane++)
        {
            for (int row = 0; row < rows; row++)
            {
                nint first = (nint)plane * planeStride + (nint)row * rowStride;
                for (int i = 0; i < columns; i += S.Width)
                    S.StoreFirst(S.WhereGreater(S.Load(in py, first + i), S.Broadcast(0f), S.Load(in pdx, first + i)), ref pdx, first + i, columns - i);
            }
        }
    }
}

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

    /// <summary>The first value of a row of the ReLU's output, for <see cref="Of{S,V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Row(int start) => ref y[given == 0 ? 0 : start];

    /// <summary>The gradients of a vector of values of a row, on the CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<S, V>(V gradients, ref readonly float row, nint offset)
        where S : struct, ISimd<V>
        where V : struct =>
        given == 0 ? gradients : S.WhereGreater(S.Load(in row, offset), S.Broadcast(0f), gradients);
}

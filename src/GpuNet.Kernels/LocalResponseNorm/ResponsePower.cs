using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU.Algorithms;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>x·S^−β. The usual β = 3/4 takes two square roots, S^¾ = √S·√√S, which are exact to the last bit or nearly so on every device.</summary>
internal static class ResponsePower
{
    private const float ThreeQuarters = 0.75f;

    /// <summary>For any device. Exp2 and Log2 are single instructions on GPUs; a general power would be hundreds.</summary>
    public static float Scale(float x, float s, float beta)
    {
        if (beta == ThreeQuarters)
        {
            float root = MathF.Sqrt(s);
            return x / (root * MathF.Sqrt(root));
        }
        return x * XMath.Exp2(-beta * XMath.Log2(s));
    }

    /// <summary>For vectors on the CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Scale<S, V>(V x, V s, float beta)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (beta == ThreeQuarters)
        {
            V root = S.SquareRoot(s);
            return S.Divide(x, S.Multiply(root, S.SquareRoot(root)));
        }
        return S.Multiply(x, Power<S, V>(s, -beta));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe V Power<S, V>(V s, float exponent)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* lanes = stackalloc float[S.Width];
        S.Store(s, ref *lanes, 0);
        for (int lane = 0; lane < S.Width; lane++)
            lanes[lane] = MathF.Pow(lanes[lane], exponent);
        return S.Load(in *lanes, 0);
    }
}

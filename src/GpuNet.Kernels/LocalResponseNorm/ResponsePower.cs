using System.Runtime.CompilerServices;
using GpuNet.Kernels.Tiles;
using ILGPU.Algorithms;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>x·S^−β. The usual β = 3/4 takes two square roots, S^¾ = √S·√√S, which are exact to the last bit or two on every device.</summary>
internal static class ResponsePower
{
    /// <summary>The usual β.</summary>
    public const float ThreeQuarters = 0.75f;

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
}

/// <summary>
/// S^−β for vectors on the CPU; a type for each way, so that a loop with the quick one holds no call, around which all vectors would have to
/// be stored.
/// </summary>
internal interface IVectorPower
{
    /// <summary>S^−β and 1/S.</summary>
    static abstract V Of<S, V>(V s, float beta, out V inverse)
        where S : struct, ISimd<V>
        where V : struct;
}

/// <summary>S^−¾ = S^−½·S^−¼.</summary>
internal readonly struct ThreeQuarterPower : IVectorPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<S, V>(V s, float beta, out V inverse)
        where S : struct, ISimd<V>
        where V : struct
    {
        V root = S.InverseRoots(s, out V fourth);
        inverse = S.Multiply(root, root);
        return S.Multiply(root, fourth);
    }
}

/// <summary>Any power, lane by lane.</summary>
internal readonly struct AnyPower : IVectorPower
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static unsafe V Of<S, V>(V s, float beta, out V inverse)
        where S : struct, ISimd<V>
        where V : struct
    {
        inverse = S.Divide(S.Broadcast(1f), s);
        float* lanes = stackalloc float[S.Width];
        S.Store(s, ref *lanes, 0);
        for (int lane = 0; lane < S.Width; lane++)
            lanes[lane] = MathF.Pow(lanes[lane], -beta);
        return S.Load(in *lanes, 0);
    }
}

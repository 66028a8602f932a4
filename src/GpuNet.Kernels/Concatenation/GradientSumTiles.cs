using System.Runtime.CompilerServices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tiles;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>Sums of up to four tensors on the CPU; the result may be one of them.</summary>
internal readonly struct GradientSumTile(
    ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> d, ArrayView<float> result, ReluMask mask, int terms) : ITile
{
    private readonly ArrayView<float> a = a, b = b, c = c, d = d, result = result;
    private readonly ReluMask mask = mask;
    private readonly int terms = terms;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct
    {
        var share = Share.OfLines((int)result.Length, worker, workers);
        ref float pa = ref a[0], pb = ref b[0], pc = ref c[0], pd = ref d[0], pr = ref result[0], pmask = ref mask.Row(0);
        for (int i = share.Begin; i < share.End; i += S.Width)
        {
            V sum = S.Load(in pa, i);
            if (terms > 1)
                sum = S.Add(sum, S.Load(in pb, i));
            if (terms > 2)
                sum = S.Add(sum, S.Load(in pc, i));
            if (terms > 3)
                sum = S.Add(sum, S.Load(in pd, i));
            S.StoreFirst(mask.Of<S, V>(sum, in pmask, i), ref pr, i, share.End - i);
        }
    }
}

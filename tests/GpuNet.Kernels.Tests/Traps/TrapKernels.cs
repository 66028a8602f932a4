using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tests.Traps;

/// <summary>Kernels that fall into ILGPU's traps, each beside its sound form.</summary>
internal static class TrapKernels
{
    public const int Threads = 8;

    public static void ArrayInLoop(Index1D i, ArrayView<float> x)
    {
        var array = LocalMemory.Allocate<float>(4);
        for (int k = 0; k < 4; k++)
            array[k] = x[4 * i + k];
        for (int k = 0; k < 4; k++)
            x[4 * i + k] = array[3 - k];
    }

    public static void StructOfScalars(Index1D i, ArrayView<float> x)
    {
        Quad values = x.Cast<Quad>()[i];
        x.Cast<Quad>()[i] = new Quad { V0 = values.V3, V1 = values.V2, V2 = values.V1, V3 = values.V0 };
    }

    public static void DivideByConstant(Index1D i, ArrayView<int> x) => x[i] = x[i] / 8;

    public static void DivideLargeByConstant(Index1D i, ArrayView<uint> x) => x[i] = x[i] / 8;

    public static void DivideByVariable(Index1D i, ArrayView<int> x, int divisor) => x[i] = x[i] / divisor;

    public static void DivideIndexByConstant(Index1D i, ArrayView<int> x) => x[i] = i.X / 8;

    public static void MultiplyAdd(Index1D i, ArrayView<float> x) => x[i] = MathF.FusedMultiplyAdd(x[i], x[i], 1f);

    // Of doubles, which no portable kernel has: unlike the one of floats, it is left as ILGPU has it.
    public static void MultiplyAddOfDoubles(Index1D i, ArrayView<double> x) => x[i] = Math.FusedMultiplyAdd(x[i], x[i], 1d);

    public static void IndexBelowZero(Index1D i, ArrayView<float> x, ArrayView<float> y, int back) => y[i] = x[i - back];

    public static void CastAfterSubView(Index1D i, ArrayView<float> x, ArrayView<float> y, int pitch) =>
        y.Cast<Quad>()[i] = x.SubView(i * pitch, pitch).Cast<Quad>()[0];

    public static void CastBeforeIndex(Index1D i, ArrayView<float> x, ArrayView<float> y, int quads) => y.Cast<Quad>()[i] = x.Cast<Quad>()[i * quads];

    public static void ShareTooMuch(ArrayView<float> x) => Share(x, SharedMemory.Allocate<float>(16 * 1024));

    public static void ShareEnough(ArrayView<float> x) => Share(x, SharedMemory.Allocate<float>(12 * 1024));

    // The pointer is one to shared or to global memory, and only a generic one can be both.
    public static void SharedOrGlobal(ArrayView<float> x, int which)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        var chosen = which > 0 ? shared : x;
        x[Group.IdxX] = chosen[Threads - 1 - Group.IdxX];
    }

    // Threads of a warp part ways here.
    public static void PartWays(Index1D i, ArrayView<float> x)
    {
        float value = x[i];
        while (value > 1f)
        {
            value *= 0.5f;
            if (value < 2f)
                value -= x[i] * 0.25f;
        }
        x[i] = value;
    }

    public static void Clamp(Index1D i, ArrayView<int> x) => x[i] = Math.Clamp(x[i], 0, 7);

    public static void MinMax(Index1D i, ArrayView<int> x) => x[i] = IntrinsicMath.Max(0, IntrinsicMath.Min(x[i], 7));

    public static void CopySign(Index1D i, ArrayView<float> x, ArrayView<float> y) => x[i] = IntrinsicMath.CopySign(x[i], y[i]);

    public static void ChooseSign(Index1D i, ArrayView<float> x, ArrayView<float> y) => x[i] = y[i] < 0f ? -IntrinsicMath.Abs(x[i]) : IntrinsicMath.Abs(x[i]);

    // Inside is 1, outside 0.
    public static void RangeOfFloats(Index1D i, ArrayView<float> x)
    {
        float value = x[i];
        if (value >= 0f && value < 10f)
            x[i] = 1f;
        else
            x[i] = 0f;
    }

    public static void RangeOfIntegers(Index1D i, ArrayView<float> x)
    {
        int index = (int)x[i];
        x[i] = index >= 0 && index < 10 && x[i] == index ? 1f : 0f;
    }

    // What all threads stored is summed, and may only then be stored to again.
    public static void SumThroughShared(ArrayView<float> x, int steps)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        float sum = 0f;
        for (int step = 0; step < steps; step++)
        {
            shared[Group.IdxX] = x[step * Threads + Group.IdxX];
            Group.Barrier();
            sum += shared[Threads - 1 - Group.IdxX];
            Group.Barrier();
        }
        x[Group.IdxX] = sum;
    }

    public static void AddSpecialised(Index1D i, ArrayView<float> x, SpecializedValue<int> value) => x[i] += value.Value;

    private static void Share(ArrayView<float> x, ArrayView<float> shared)
    {
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        x[Group.IdxX] = shared[Group.DimX - 1 - Group.IdxX];
    }
}

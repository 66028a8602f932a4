using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Three steps of SGD at changing rates, in both forms.</summary>
internal static class SgdCases
{
    private const int Steps = 3;

    // Powers of two and short fractions: float32 holds them exactly, so the reference takes the same steps.
    private const float Momentum = 0.875f, Decay = 0.03125f;

    public static IEnumerable<SelfTestCase> All =>
    [
        Case(17, false, true), Case(17, true, true), Case(79_510, false, false), Case(79_510, true, false), Case(1_024_001, false, false), Case(1_024_001, true, false),
    ];

    private static SelfTestCase Case(int length, bool torch, bool quick) => new("SGD", torch ? "rate outside" : "rate inside", $"{length} weights", room =>
    {
        double[] w = Values.Uniform(length, 1), v = new double[length];
        var shape = Shape.Vector(length);
        Tensor weights = room.Tensor(shape, w), velocity = room.Tensor(shape, v);
        var op = new SgdOp(room.Session);
        for (int step = 0; step < Steps; step++)
        {
            double[] gradient = Values.Uniform(length, 100 + step);
            var dw = room.Tensor(shape, gradient);
            float rate = 0.0625f * (1 + step);
            if (torch)
            {
                op.UpdateTorch(weights, velocity, dw, rate, Momentum, Decay);
                SgdReference.UpdateTorch(w, v, gradient, rate, Momentum, Decay);
            }
            else
            {
                op.Update(weights, velocity, dw, rate, Momentum, Decay);
                SgdReference.Update(w, v, gradient, rate, Momentum, Decay);
            }
        }
        // Each weight is a sum over the steps, each step of three products.
        room.Compare("w", w, weights, 3 * Steps);
        room.Compare("v", v, velocity, 3 * Steps);
    })
    { IsQuick = quick };
}

using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification.Cases;

/// <summary>Three steps of each optimizer at changing rates.</summary>
internal static class OptimizerCases
{
    private const int Steps = 3;

    public static IEnumerable<SelfTestCase> All => UpdateCheck.All.SelectMany(check => new[] { Case(check, 17, true), Case(check, 79_510, false), Case(check, 1_024_001, false) });

    private static SelfTestCase Case(UpdateCheck check, int length, bool quick) => new("update", check.Name, $"{length} weights", room =>
    {
        var shape = Shape.Vector(length);
        double[] w = Values.Uniform(length, 1);
        double[][] state = [.. check.State.Select(_ => new double[length])];
        var weights = room.Tensor(shape, w);
        Tensor[] kept = [.. state.Select(values => room.Tensor(shape, values))];
        var update = check.Open(room.Session);
        for (int step = 0; step < Steps; step++)
        {
            double[] gradient = Values.Uniform(length, 100 + step);
            double rate = 0.0625 * (1 + step);
            update(weights, kept, room.Tensor(shape, gradient), rate, step, 0.5);
            check.Reference(w, state, gradient, rate, step, 0.5);
        }
        room.Compare("w", w, weights, UpdateCheck.TermsOf(Steps));
        for (int i = 0; i < state.Length; i++)
            room.Compare(check.State[i], state[i], kept[i], UpdateCheck.TermsOf(Steps));
    })
    { IsQuick = quick };
}

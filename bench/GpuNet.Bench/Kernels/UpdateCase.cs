using System.Globalization;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>An optimizer's update of so many parameters.</summary>
/// <param name="Optimizer">Its name.</param>
/// <param name="Kept">Values that it keeps of each parameter.</param>
/// <param name="Parameters">How many parameters.</param>
public sealed record UpdateCase(string Optimizer, int Kept, int Parameters) : KernelCase($"{Optimizer} {Parameters.ToString("N0", CultureInfo.InvariantCulture)}")
{
    private const double Rate = 0.001, Momentum = 0.9, Decay = 0.004, Delta = 1e-8;

    private static readonly (string Optimizer, int Kept)[] Optimizers = [("SGD", 1), ("Nesterov", 1), ("Adam", 2), ("RMSprop", 1), ("AdaGrad", 1), ("AdaDelta", 2)];

    /// <summary>The sizes measured: cifar10_quick's parameters, which fit the caches, and AlexNet's fc6, which does not.</summary>
    public static new IReadOnlyList<UpdateCase> All { get; } =
        [.. from one in Optimizers from parameters in (int[])[145_578, 9216 * 4096] select new UpdateCase(one.Optimizer, one.Kept, parameters)];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Update];

    /// <inheritdoc/>
    public override bool IsQuick(KernelPass pass) => Parameters < 1_000_000;

    /// <inheritdoc/>
    public override string Unit => "B";

    /// <summary>Bytes: weights and what is kept are read and written, the gradient is read.</summary>
    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => (3.0 + 2 * Kept) * sizeof(float) * Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var session = memory.Session;
        var shape = Shape.Vector(Parameters);
        Tensor w = memory.Take(shape), dw = memory.Take(shape), first = memory.TakeZeroed(shape), second = Kept > 1 ? memory.TakeZeroed(shape) : first;
        var (sgd, nesterov, adam) = (new SgdOp(session), new NesterovOp(session), new AdamOp(session));
        var (rmsProp, adaGrad, adaDelta) = (new RmsPropOp(session), new AdaGradOp(session), new AdaDeltaOp(session));
        Action update = Optimizer switch
        {
            "SGD" => () => sgd.Update(w, first, dw, Rate, Momentum, Decay),
            "Nesterov" => () => nesterov.Update(w, first, dw, Rate, Momentum, Decay),
            "Adam" => () => adam.Update(w, first, second, dw, Rate, Momentum, momentum2: 0.999, Delta, iteration: 9, Decay),
            "RMSprop" => () => rmsProp.Update(w, first, dw, Rate, rmsDecay: 0.98, Delta, Decay),
            "AdaGrad" => () => adaGrad.Update(w, first, dw, Rate, Delta, Decay),
            _ => () => adaDelta.Update(w, first, second, dw, Rate, momentum: 0.95, Delta, Decay),
        };
        return [new(KernelPass.Update, update)];
    }
}

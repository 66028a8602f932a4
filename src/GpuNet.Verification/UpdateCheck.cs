using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification;

/// <summary>An optimizer's op beside its reference, both with the same constants: what one does with tensors, the other does with arrays.</summary>
public sealed class UpdateCheck
{
    // Powers of two and short fractions: float32 holds them exactly, so the reference takes the same steps. The delta is so large that its place shows.
    private const double Momentum = 0.875, Momentum2 = 0.96875, RmsDecay = 0.9375, Delta = 0.03125, Decay = 0.03125;

    private UpdateCheck(string name, string[] state, Func<DeviceSession, Action<Tensor, Tensor[], Tensor, double, long, double>> open, Action<double[], double[][], double[], double, long, double> reference)
    {
        Name = name;
        State = state;
        Open = open;
        Reference = reference;
    }

    /// <summary>Every optimizer.</summary>
    public static IReadOnlyList<UpdateCheck> All { get; } =
    [
        new("sgd", ["v"],
            session =>
            {
                var op = new SgdOp(session);
                return (w, s, dw, rate, _, scale) => op.Update(w, s[0], dw, rate, Momentum, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.Sgd(w, s[0], dw, rate, Momentum, Decay, scale)),
        new("sgd, torch", ["v"],
            session =>
            {
                var op = new SgdOp(session);
                return (w, s, dw, rate, _, scale) => op.UpdateTorch(w, s[0], dw, rate, Momentum, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.SgdTorch(w, s[0], dw, rate, Momentum, Decay, scale)),
        new("nesterov", ["v"],
            session =>
            {
                var op = new NesterovOp(session);
                return (w, s, dw, rate, _, scale) => op.Update(w, s[0], dw, rate, Momentum, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.Nesterov(w, s[0], dw, rate, Momentum, Decay, scale)),
        new("adam", ["m", "v"],
            session =>
            {
                var op = new AdamOp(session);
                return (w, s, dw, rate, iteration, scale) => op.Update(w, s[0], s[1], dw, rate, Momentum, Momentum2, Delta, iteration, Decay, scale);
            },
            (w, s, dw, rate, iteration, scale) => OptimizerReference.Adam(w, s[0], s[1], dw, rate, Momentum, Momentum2, Delta, iteration, Decay, scale)),
        new("rmsprop", ["h"],
            session =>
            {
                var op = new RmsPropOp(session);
                return (w, s, dw, rate, _, scale) => op.Update(w, s[0], dw, rate, RmsDecay, Delta, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.RmsProp(w, s[0], dw, rate, RmsDecay, Delta, Decay, scale)),
        new("adagrad", ["h"],
            session =>
            {
                var op = new AdaGradOp(session);
                return (w, s, dw, rate, _, scale) => op.Update(w, s[0], dw, rate, Delta, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.AdaGrad(w, s[0], dw, rate, Delta, Decay, scale)),
        new("adadelta", ["h", "u"],
            session =>
            {
                var op = new AdaDeltaOp(session);
                return (w, s, dw, rate, _, scale) => op.Update(w, s[0], s[1], dw, rate, Momentum, Delta, Decay, scale);
            },
            (w, s, dw, rate, _, scale) => OptimizerReference.AdaDelta(w, s[0], s[1], dw, rate, Momentum, Delta, Decay, scale)),
    ];

    /// <summary>The optimizer's name.</summary>
    public string Name { get; }

    /// <summary>The op's names of what it keeps of each weight.</summary>
    public IReadOnlyList<string> State { get; }

    /// <summary>Makes the op: its arguments are weights, state, gradient, rate, iteration and what the gradient is multiplied by.</summary>
    public Func<DeviceSession, Action<Tensor, Tensor[], Tensor, double, long, double>> Open { get; }

    /// <summary>The reference of one update, with the same arguments.</summary>
    public Action<double[], double[][], double[], double, long, double> Reference { get; }

    /// <summary>Terms summed in so many updates, for the tolerance: each rounds some ten times.</summary>
    /// <param name="updates">How many.</param>
    public static int TermsOf(int updates) => 10 * updates;

    /// <summary>The name.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Name;
}

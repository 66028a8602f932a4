using System.Globalization;
using GpuNet.Training.Texts;

namespace GpuNet.Training.Optimizers;

/// <summary>Which optimizer a run takes, and its constants: those of Caffe's solver, of which each optimizer has some. The rate and the weight decay stand apart.</summary>
/// <param name="Kind">The optimizer.</param>
/// <param name="Momentum">μ, from 0 up to, but not including, 1: of the velocity in SGD and Nesterov's, Adam's β₁, and in AdaDelta the share of its means that is
/// kept, ρ. RMSProp and AdaGrad have none, which is 0.</param>
public sealed record OptimizerOptions(OptimizerKind Kind, double Momentum)
{
    /// <summary>Where the rate stands in SGD's update.</summary>
    public SgdForm Form { get; init; }

    /// <summary>Adam's β₂, from 0 up to, but not including, 1: share of the mean of squared gradients that is kept.</summary>
    public double Momentum2 { get; init; } = 0.999;

    /// <summary>RMSProp's ρ, from 0 up to, but not including, 1: share of the mean of squared gradients that is kept.</summary>
    public double RmsDecay { get; init; } = 0.99;

    /// <summary>δ, which keeps the divisor of Adam, RMSProp, AdaGrad and AdaDelta from 0; above 0.</summary>
    public double Delta { get; init; } = 1e-8;

    /// <summary>The optimizer's name in the text form, such as <c>adam</c>.</summary>
    public string Name => Kind switch
    {
        OptimizerKind.Sgd => "sgd",
        OptimizerKind.Nesterov => "nesterov",
        OptimizerKind.Adam => "adam",
        OptimizerKind.RmsProp => "rmsprop",
        OptimizerKind.AdaGrad => "adagrad",
        OptimizerKind.AdaDelta => "adadelta",
        _ => throw UnknownKind,
    };

    /// <summary>Whether the momentum is one of steps, which can move against the rate; AdaDelta's is not, and RMSProp and AdaGrad have none.</summary>
    public bool HasMomentum => Kind is OptimizerKind.Sgd or OptimizerKind.Nesterov or OptimizerKind.Adam;

    /// <summary>What the optimizer keeps of each parameter from one update to the next, each of as many values: names for files.</summary>
    internal IReadOnlyList<string> StateNames => Kind switch
    {
        OptimizerKind.Sgd or OptimizerKind.Nesterov => ["velocity"],
        OptimizerKind.Adam => ["moment1", "moment2"],
        OptimizerKind.RmsProp or OptimizerKind.AdaGrad => ["squares"],
        OptimizerKind.AdaDelta => ["squares", "step_squares"],
        _ => throw UnknownKind,
    };

    private ArgumentOutOfRangeException UnknownKind => new(nameof(Kind), Kind, "no such optimizer.");

    /// <summary>Throws unless the optimizer has the constants that are set, and each is in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        ThrowUnlessShare("momentum", Momentum, "Caffe's models use 0.9.");
        if (Kind is OptimizerKind.RmsProp or OptimizerKind.AdaGrad && Momentum != 0)
            throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"momentum is {Momentum}, but {Name} has none (nor in Caffe). Leave it out, or choose an optimizer that has: sgd, nesterov or adam."));
        if (Kind != OptimizerKind.Sgd && Form != SgdForm.Caffe)
            throw new TrainingException($"the form is {Form}, but {Name} has only one. Leave it out, or choose sgd.");
        ThrowUnlessShare("momentum2", Momentum2, "It is 0.999 by default.");
        ThrowUnlessShare("rms_decay", RmsDecay, "It is 0.99 by default.");
        // Some devices take what is smaller for 0, and 0 / 0 is NaN.
        if (!float.IsNormal((float)Delta) || Delta < 0)
            throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"delta is {Delta}; it must be a number from 1.2e-38 to 3.4e38, what float32 holds. It is 1e-8 by default."));
    }

    /// <summary>The canonical text form, which <see cref="OptimizerText.Parse"/> reads back to equal options.</summary>
    /// <returns>Text such as <c>adam:momentum=0.9,momentum2=0.999,delta=1e-8</c>.</returns>
    public override string ToString() => Kind switch
    {
        OptimizerKind.Sgd => $"{Name}:momentum={TextPiece.Number(Momentum)},form={(Form == SgdForm.Caffe ? "caffe" : "torch")}",
        OptimizerKind.Nesterov => $"{Name}:momentum={TextPiece.Number(Momentum)}",
        OptimizerKind.Adam => $"{Name}:momentum={TextPiece.Number(Momentum)},momentum2={TextPiece.Number(Momentum2)},delta={TextPiece.Small(Delta)}",
        OptimizerKind.RmsProp => $"{Name}:rms_decay={TextPiece.Number(RmsDecay)},delta={TextPiece.Small(Delta)}",
        OptimizerKind.AdaGrad => $"{Name}:delta={TextPiece.Small(Delta)}",
        OptimizerKind.AdaDelta => $"{Name}:momentum={TextPiece.Number(Momentum)},delta={TextPiece.Small(Delta)}",
        _ => throw UnknownKind,
    };

    private static void ThrowUnlessShare(string name, double value, string usual)
    {
        if (!(value is >= 0 and < 1))
            throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from 0 up to, but not including, 1. {usual}"));
    }
}

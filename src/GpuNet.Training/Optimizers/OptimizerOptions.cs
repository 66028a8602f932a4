using GpuNet.Training.Texts;

namespace GpuNet.Training.Optimizers;

/// <summary>Which optimizer a run takes, and its constants: those of Caffe's solver, of which each optimizer has some. The rate and the weight decay stand apart.</summary>
/// <param name="Kind">The optimizer.</param>
/// <param name="Momentum">μ, from 0 up to, but not including, 1.</param>
public sealed record OptimizerOptions(OptimizerKind Kind, double Momentum)
{
    /// <summary>Where the rate stands in SGD's update.</summary>
    public SgdForm Form { get; init; }

    /// <summary>The optimizer's name in the text form, such as <c>sgd</c>.</summary>
    public string Name => Kind switch
    {
        OptimizerKind.Sgd => "sgd",
        _ => throw UnknownKind,
    };

    /// <summary>What the optimizer keeps of each parameter from one update to the next, each of as many values: names for files.</summary>
    internal IReadOnlyList<string> StateNames => Kind switch
    {
        OptimizerKind.Sgd => ["velocity"],
        _ => throw UnknownKind,
    };

    private ArgumentOutOfRangeException UnknownKind => new(nameof(Kind), Kind, "no such optimizer.");

    /// <summary>Throws unless the optimizer has the constants that are set, and each is in its range.</summary>
    /// <exception cref="TrainingException">One is not.</exception>
    public void ThrowIfInvalid()
    {
        if (!(Momentum is >= 0 and < 1))
            throw new TrainingException(FormattableString.Invariant($"momentum is {Momentum}; it must be from 0 up to, but not including, 1. Caffe's models use 0.9."));
    }

    /// <summary>The canonical text form, which <see cref="OptimizerText.Parse"/> reads back to equal options.</summary>
    /// <returns>Text such as <c>sgd:momentum=0.9,form=caffe</c>.</returns>
    public override string ToString() => Kind switch
    {
        OptimizerKind.Sgd => $"{Name}:momentum={TextPiece.Number(Momentum)},form={(Form == SgdForm.Caffe ? "caffe" : "torch")}",
        _ => throw UnknownKind,
    };
}

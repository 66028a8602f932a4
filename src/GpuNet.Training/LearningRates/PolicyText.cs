using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GpuNet.Training.Texts;

namespace GpuNet.Training.LearningRates;

/// <summary>
/// The text form of learning-rate policies, which the command line and files share: <c>name:key=value,key=value</c>.
/// Stages are joined by '/', each after the first ending in <c>@START</c>. Blanks around names, keys and values do not
/// matter; numbers are written with a point, whatever the culture.
/// </summary>
public static class PolicyText
{
    private static readonly TextForms<LearningRatePolicy> Single = new("learning-rate policy", "policies", message => new LearningRatePolicyException(message),
    [
        (new("fixed", ["rate"],
             "one rate for the whole run",
             "fixed:rate=0.001"),
         a => new FixedPolicy(a.Number("rate"))),
        (new("step", ["base", "gamma", "interval"],
             "base, times gamma after every interval",
             "step:base=0.01,gamma=0.1,interval=100000"),
         a => new StepPolicy(a.Number("base"), a.Number("gamma"), a.Whole("interval"))),
        (new("multistep", ["base", "gamma", "at"],
             "base, times gamma at each of the listed iterations",
             "multistep:base=0.1,gamma=0.1,at=60000+65000"),
         a => new MultistepPolicy(a.Number("base"), a.Number("gamma"), a.Wholes("at"))),
        (new("exp", ["base", "gamma"],
             "base, times gamma at every iteration",
             "exp:base=0.001,gamma=0.99994"),
         a => new ExponentialPolicy(a.Number("base"), a.Number("gamma"))),
        (new("inv", ["base", "gamma", "power"],
             "base / (1 + gamma * iteration) ^ power",
             "inv:base=0.01,gamma=0.0001,power=0.75"),
         a => new InversePolicy(a.Number("base"), a.Number("gamma"), a.Number("power"))),
        (new("poly", ["base", "power", "iterations"],
             "base * (1 - iteration / iterations) ^ power, 0 from the end on",
             "poly:base=0.01,power=0.5,iterations=5000"),
         a => new PolynomialPolicy(a.Number("base"), a.Number("power"), a.Whole("iterations"))),
        (new("sigmoid", ["base", "gamma", "interval"],
             "base / (1 + exp(-gamma * (iteration - interval))); falls when gamma is below 0",
             "sigmoid:base=0.001,gamma=-0.01,interval=2500"),
         a => new SigmoidPolicy(a.Number("base"), a.Number("gamma"), a.Whole("interval"))),
        (new("triangular", ["base", "max", "step"],
             "up from base to max in one step, down in the next, or in as many iterations as down says, and again",
             "triangular:base=0.001,max=0.006,step=2000") { OptionalKeys = ["down"] },
         a => new TriangularPolicy(a.Number("base"), a.Number("max"), a.Whole("step"), a.WholeIfGiven("down"))),
        (new("triangular2", ["base", "max", "step"],
             "triangular, with the range above base halved after every cycle",
             "triangular2:base=0.001,max=0.005,step=2000") { OptionalKeys = ["down"] },
         a => new Triangular2Policy(a.Number("base"), a.Number("max"), a.Whole("step"), a.WholeIfGiven("down"))),
        (new("exp_range", ["base", "max", "step", "gamma"],
             "triangular, with both bounds times gamma at every iteration (the paper's form)",
             "exp_range:base=0.001,max=0.006,step=2000,gamma=0.99994") { OptionalKeys = ["down"] },
         a => new ExponentialRangePolicy(a.Number("base"), a.Number("max"), a.Whole("step"), a.Number("gamma"), a.WholeIfGiven("down"))),
        (new("exp_range_amplitude", ["base", "max", "step", "gamma"],
             "triangular, with only the range above base times gamma at every iteration (the libraries' exp_range)",
             "exp_range_amplitude:base=0.001,max=0.006,step=2000,gamma=0.99994") { OptionalKeys = ["down"] },
         a => new AmplitudeExponentialRangePolicy(a.Number("base"), a.Number("max"), a.Whole("step"), a.Number("gamma"), a.WholeIfGiven("down"))),
        (new("welch", ["base", "max", "step"],
             "triangular, with a parabola (Welch's window) in place of the triangle",
             "welch:base=0.001,max=0.006,step=2000") { OptionalKeys = ["down"] },
         a => new WelchPolicy(a.Number("base"), a.Number("max"), a.Whole("step"), a.WholeIfGiven("down"))),
        (new("hann", ["base", "max", "step"],
             "triangular, with a cosine (Hann's window) in place of the triangle",
             "hann:base=0.001,max=0.006,step=2000") { OptionalKeys = ["down"] },
         a => new HannPolicy(a.Number("base"), a.Number("max"), a.Whole("step"), a.WholeIfGiven("down"))),
        (new("one_cycle", ["max", "iterations"],
             "one cycle for the whole run, PyTorch's OneCycleLR: up from max / div_factor (25) in pct_start (0.3) of the iterations, down to that / final_div_factor (10000); "
             + "phases=3 goes back to the start first; anneal is cos or linear",
             "one_cycle:max=0.01,iterations=10000") { OptionalKeys = ["pct_start", "div_factor", "final_div_factor", "phases", "anneal"] },
         a => new OneCyclePolicy(
             a.Number("max"), a.Whole("iterations"), a.Number("pct_start", OneCyclePolicy.DefaultRiseShare), a.Number("div_factor", OneCyclePolicy.DefaultDivFactor),
             a.Number("final_div_factor", OneCyclePolicy.DefaultFinalDivFactor), a.WholeIfGiven("phases") ?? 2, a.Word("anneal", ("cos", Annealing.Cosine), ("linear", Annealing.Linear)))),
        (new("cosine_restarts", ["base", "max", "period"],
             "down from max to base along a cosine in each period, then again from max; each period mult (1) times as long as the one before",
             "cosine_restarts:base=0,max=0.01,period=2000") { OptionalKeys = ["mult"] },
         a => new CosineRestartsPolicy(a.Number("base"), a.Number("max"), a.Whole("period"), a.WholeIfGiven("mult") ?? 1)),
        (new("warmup", ["base", "max", "step"],
             "up from base to max in one step, then max; a first stage before any policy",
             "warmup:base=0.0001,max=0.01,step=500"),
         a => new WarmupPolicy(a.Number("base"), a.Number("max"), a.Whole("step"))),
        (new("decay", ["base", "max", "step"],
             "down from max to base in one step, then base",
             "decay:base=0.001,max=0.007,step=4000"),
         a => new DecayPolicy(a.Number("base"), a.Number("max"), a.Whole("step"))),
    ]);

    private static readonly TextForm Staged = new("staged", [],
        "policies one after another, joined by '/', each after the first with the iteration of its start; not written by name",
        "triangular2:base=0.001,max=0.005,step=2000/triangular2:base=0.0001,max=0.0005,step=1000@16000");

    /// <summary>Every form that <see cref="Parse"/> reads, for help texts.</summary>
    public static IReadOnlyList<TextForm> Forms { get; } = [.. Single.Forms, Staged];

    /// <summary>Reads a policy from its text form.</summary>
    /// <param name="text">Text such as <c>triangular2:base=0.001,max=0.005,step=2000</c>.</param>
    /// <returns>The policy; its <see cref="object.ToString"/> reads back to an equal one.</returns>
    /// <exception cref="LearningRatePolicyException">The text is malformed or the policy impossible; the message is one line for the user.</exception>
    public static LearningRatePolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Single.ThrowIfTooLong(text);
        string[] stages = text.Split('/');
        return stages.Length == 1 ? ParseOne(text) : new StagedPolicy(stages.Select(ParseStage));
    }

    /// <summary>Reads a policy from its text form, or says why that is not possible.</summary>
    /// <param name="text">Text such as <c>fixed:rate=0.001</c>.</param>
    /// <param name="policy">The policy, or null.</param>
    /// <param name="error">One line for the user, or null.</param>
    /// <returns>Whether the text is a policy.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LearningRatePolicy? policy, [NotNullWhen(false)] out string? error)
    {
        try
        {
            (policy, error) = (Parse(text ?? ""), null);
            return true;
        }
        catch (LearningRatePolicyException exception)
        {
            (policy, error) = (null, exception.Message);
            return false;
        }
    }

    internal static TextForm Form(string name) => Forms.Single(form => form.Name == name);

    private static PolicyStage ParseStage(string text, int index)
    {
        string[] parts = text.Split('@', StringSplitOptions.TrimEntries);
        if (parts.Length != (index == 0 ? 1 : 2))
        {
            throw new LearningRatePolicyException(
                $"staged: stage {index + 1} must end in {(index == 0 ? "no @START, because it starts at 0" : "one @START, the iteration at which it starts")}. Example: {Staged.Example}");
        }

        long start = 0;
        if (index > 0 && !long.TryParse(parts[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out start))
        {
            throw new LearningRatePolicyException(
                $"staged: stage {index + 1} starts at '{TextPiece.Quote(parts[1])}', which is not a whole number of at most {long.MaxValue}. Example: {Staged.Example}");
        }

        try
        {
            return new(start, ParseOne(parts[0]));
        }
        catch (LearningRatePolicyException exception)
        {
            throw new LearningRatePolicyException($"staged: stage {index + 1}: {exception.Message}", exception);
        }
    }

    private static LearningRatePolicy ParseOne(string text)
    {
        if (text.Contains('@'))
        {
            throw new LearningRatePolicyException($"'{TextPiece.Quote(text.Trim())}' has a start but is the only stage; leave out the '@'. Example of stages: {Staged.Example}");
        }

        if (text.Split(':')[0].Trim() == Staged.Name)
        {
            throw new LearningRatePolicyException($"Unknown learning-rate policy '{Staged.Name}'. Stages are joined by '/', as in {Staged.Example}. {Single.Known}.");
        }

        return Single.Parse(text);
    }
}

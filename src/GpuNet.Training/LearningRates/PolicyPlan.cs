using System.Collections.Immutable;

namespace GpuNet.Training.LearningRates;

/// <summary>What a policy will do in a run: its stages and their cycles, its rates, and whether the run ends where a cycle does.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Iterations">Updates of the run, from 1 to <see cref="TrainingOptions.MaxIterations"/>.</param>
public sealed record PolicyPlan(LearningRatePolicy Policy, long Iterations)
{
    // Of a policy that has no length of its own.
    private const long Default = 10_000;

    // What a policy without a length of its own is shown over: so many cycles, or so many of its intervals.
    private const int Cycles = 3, Units = 4;

    /// <summary>The stages that the run comes to; of a policy that is not staged, the policy itself.</summary>
    public ImmutableArray<PlannedStage> Stages => Policy is not StagedPolicy { Stages: var all }
        ? [new(Policy, 0, Iterations)]
        : [.. all.Where(stage => stage.Start < Iterations).Select((stage, i) => new PlannedStage(stage.Policy, stage.Start, Math.Min(Iterations, i + 1 < all.Length ? all[i + 1].Start : long.MaxValue) - stage.Start))];

    /// <summary>The rate of the run's last update.</summary>
    public double LastRate => Policy.At(Iterations - 1);

    /// <summary>Whether the run ends where a cycle does; null where it ends outside of cycles.</summary>
    public bool? EndsWithCycle => Policy.CycleAt(Iterations - 1) is { } cycle ? cycle.End == Iterations : null;

    /// <summary>
    /// One line if the run stops off the end of a cycle, where accuracy is lower than at the end (arXiv 1506.01186 §3.2), with the
    /// iterations to choose instead; otherwise null.
    /// </summary>
    public string? CycleWarning
    {
        get
        {
            if (Policy.CycleAt(Iterations - 1) is not { } cycle || cycle.End == Iterations)
                return null;
            string where = Iterations < cycle.End ? $"stop inside a cycle of {cycle.Length}" : $"go on after the cycle of {cycle.Length}";
            return $"{Policy.Name}: {Iterations} iterations {where}; accuracy is best at a cycle's end, such as {(cycle.Start > 0 ? $"{cycle.Start} or {cycle.End}" : $"{cycle.End}")}.";
        }
    }

    /// <summary>A plan over as many iterations as show what the policy does: those that it is made for, if it says so, otherwise three cycles or a few of its intervals.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The plan.</returns>
    public static PolicyPlan Of(LearningRatePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new(policy, (long)Math.Min(LengthOf(policy), TrainingOptions.MaxIterations));
    }

    /// <summary>Throws unless the run has a number of iterations that is possible.</summary>
    /// <exception cref="TrainingException">It has not.</exception>
    public void ThrowIfInvalid()
    {
        if (Iterations < 1)
            throw new TrainingException($"iterations is {Iterations}; a run makes at least 1 update.");
        if (Iterations > TrainingOptions.MaxIterations)
            throw new TrainingException($"iterations is {Iterations}; a run makes at most {TrainingOptions.MaxIterations} updates.");
    }

    /// <summary>The rates of the run's updates, evenly spaced from the first one on.</summary>
    /// <param name="most">Points at most.</param>
    /// <returns>Iterations and their rates.</returns>
    public IEnumerable<(long Iteration, double Rate)> Points(long most)
    {
        long stride = (Iterations + most - 1) / most;
        for (long iteration = 0; iteration < Iterations; iteration += stride)
            yield return (iteration, Policy.At(iteration));
    }

    // In double precision, which does not overflow.
    private static double LengthOf(LearningRatePolicy policy) => policy switch
    {
        StagedPolicy { Stages: [.., var last] } => last.Start + LengthOf(last.Policy),
        OneCyclePolicy { Iterations: var all } => all,
        PolynomialPolicy { Iterations: var all } => all,
        MultistepPolicy { Milestones: [var first, ..] milestones } => (double)milestones[^1] + first,
        CosineRestartsPolicy { Period: var period, Multiplier: var mult } => Enumerable.Range(0, Cycles).Sum(cycle => period * Math.Pow(mult, cycle)),
        { CycleLength: { } length } => Cycles * (double)length,
        { Unit: { } unit } => Units * (double)unit,
        _ => Default,
    };
}

using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Tests.LearningRates;

/// <summary>A run that does not stop at a cycle's end is warned of, whatever its cycles.</summary>
public sealed class CycleWarningTests
{
    [TestCase("triangular:base=0.1,max=0.2,step=10", 60, null)]
    [TestCase("triangular:base=0.1,max=0.2,step=10", 50, "50 iterations stop inside a cycle of 20", "such as 40 or 60.")]
    [TestCase("triangular:base=0.1,max=0.2,step=10", 5, "inside a cycle of 20", "such as 20.")]
    [TestCase("triangular:base=0.1,max=0.2,step=10,down=20", 60, null)]
    [TestCase("triangular:base=0.1,max=0.2,step=10,down=20", 40, "inside a cycle of 30", "such as 30 or 60.")]
    [TestCase("one_cycle:max=0.2,iterations=50", 50, null)]
    [TestCase("one_cycle:max=0.2,iterations=50", 40, "one_cycle: 40 iterations stop inside a cycle of 50", "such as 50.")]
    [TestCase("one_cycle:max=0.2,iterations=50", 60, "60 iterations go on after the cycle of 50", "such as 50.")]
    [TestCase("cosine_restarts:base=0,max=0.2,period=10,mult=2", 70, null)]
    [TestCase("cosine_restarts:base=0,max=0.2,period=10,mult=2", 60, "inside a cycle of 40", "such as 30 or 70.")]
    [TestCase("warmup:base=0,max=0.1,step=7/triangular:base=0.1,max=0.2,step=10@7", 47, null)]
    [TestCase("warmup:base=0,max=0.1,step=7/triangular:base=0.1,max=0.2,step=10@7", 40, "staged: 40 iterations", "such as 27 or 47.")]
    [TestCase("warmup:base=0,max=0.1,step=7/triangular:base=0.1,max=0.2,step=10@7", 5, null)]
    [TestCase("fixed:rate=0.1", 33, null)]
    public void It_names_the_ends_to_choose(string policy, long iterations, params string[]? parts)
    {
        string? warning = new PolicyPlan(PolicyText.Parse(policy), iterations).CycleWarning;
        if (parts is null)
            Assert.That(warning, Is.Null);
        foreach (string part in parts ?? [])
            Assert.That(warning, Does.Contain(part));
    }
}

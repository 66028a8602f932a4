using GpuNet.Training.Comparisons;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Comparisons;

public sealed class VariantTests
{
    [Test]
    public void A_text_names_an_optimizer_and_a_policy()
    {
        Assert.That(Variant.TryParse("sgd:momentum=0.5/triangular:base=0.001,max=0.006,step=200", out var variant, out _));
        Assert.That(variant, Is.EqualTo(new Variant(new TriangularPolicy(0.001, 0.006, 200)) { Optimizer = new OptimizerOptions(OptimizerKind.Sgd, 0.5) }));
        Assert.That(variant!.Name, Is.EqualTo("sgd-triangular"));
        Assert.That(new Variant(variant.Policy).Name, Is.EqualTo("triangular"));
    }

    [Test]
    public void A_policy_of_several_stages_keeps_its_own_slashes()
    {
        Assert.That(Variant.TryParse("sgd/fixed:rate=0.1/fixed:rate=0.01@10", out var variant, out _));
        Assert.That(variant!.Policy, Is.EqualTo(PolicyText.Parse("fixed:rate=0.1/fixed:rate=0.01@10")));
    }

    [TestCase("", "OPTIMIZER/POLICY")]
    [TestCase(null, "OPTIMIZER/POLICY")]
    [TestCase("sgd", "'sgd' is an optimizer or a policy alone")]
    [TestCase("fixed:rate=0.1", "OPTIMIZER/POLICY")]
    [TestCase("sdg/fixed:rate=0.1", "Did you mean 'sgd'?")]
    [TestCase("sgd/fxed:rate=0.1", "Did you mean 'fixed'?")]
    [TestCase("sgd/", "policy is empty")]
    [TestCase("/fixed:rate=0.1", "optimizer is empty")]
    [TestCase("sgd:momentum=2/fixed:rate=0.1", "momentum is 2")]
    public void A_text_that_is_not_both_is_refused(string? text, string what)
    {
        Assert.That(Variant.TryParse(text, out var variant, out string? error), Is.False);
        Assert.That(variant, Is.Null);
        Assert.That(error, Does.Contain(what));
    }
}

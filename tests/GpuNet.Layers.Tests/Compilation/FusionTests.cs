using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Compilation;

/// <summary>A fused network makes fewer passes, in no more memory.</summary>
public sealed class FusionTests
{
    [TestCaseSource(typeof(FusionNetworks), nameof(FusionNetworks.Cases))]
    public void Passes_that_others_do_are_not_called(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        var fused = new PassRecorder();
        using var network = build().Compile(TestDevice.Open("cpu"), seed: 3, new() { Decorate = fused.Watch });
        Step(network);
        var all = new PassRecorder();
        using var unfused = build().Compile(TestDevice.Open("cpu"), seed: 3, new() { Fuse = false, Decorate = all.Watch });
        Step(unfused);
        Assert.That(all.Forward.Except(fused.Forward), Is.EquivalentTo(forward));
        Assert.That(all.Backward.Except(fused.Backward), Is.EquivalentTo(backward));
        Assert.That(fused.Forward.Concat(fused.Backward), Is.SubsetOf(all.Forward.Concat(all.Backward)));
    }

    [TestCaseSource(typeof(FusionNetworks), nameof(FusionNetworks.Cases))]
    public void Fusion_takes_no_more_memory(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        using var fused = build().Compile(TestDevice.Open("cpu"), seed: 3);
        using var unfused = build().Compile(TestDevice.Open("cpu"), seed: 3, new() { Fuse = false });
        Assert.That(fused.MemoryPlan.Working, Is.LessThanOrEqualTo(unfused.MemoryPlan.Working));
    }

    [Test]
    public void A_fused_layers_activation_is_the_memory_that_it_writes()
    {
        using var network = FusionNetworks.InceptionBeforePooling().Compile(TestDevice.Open("cpu"), seed: 3);
        SmallNetwork.Fill(network);
        network.Forward(Phase.Test, 0);
        Assert.That(network.Activation("conv0").ToArray(), Is.EqualTo(network.Activation("relu0").ToArray()).And.Some.Zero.And.All.Not.Negative);
        foreach (string layer in new[] { "convA", "reluA", "convD", "reluD" })
        {
            Assert.That(network.Activation(layer).Shape, Is.EqualTo(network.Activation("concat").Shape));
            Assert.That(network.Activation(layer).ToArray(), Is.EqualTo(network.Activation("concat").ToArray()));
        }
    }

    private static void Step(Network network)
    {
        SmallNetwork.Fill(network);
        network.Forward(Phase.Train, 0);
        network.Backward();
    }
}

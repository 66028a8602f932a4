using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Models;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Compilation;

/// <summary>A fused network computes the bits of one that is not, in fewer passes and no more memory.</summary>
public sealed class FusionTests(string device) : DeviceFixture(device)
{
    // Each: the network, and the layers whose forward and whose backward pass others do.
    private static readonly TestCaseData[] Networks =
    [
        Case("cifar10_quick", () => Cifar10Quick.Build(new(2, 3, 16, 16), SmallNetwork.Classes), "relu2 relu3", "relu1 relu2 relu3"),
        Case("cifar10_full", () => Cifar10Full.Build(new(2, 3, 16, 16), SmallNetwork.Classes), "relu2 relu3", "relu1 relu2 relu3"),
        Case("every kind of layer", () => SmallNetwork.Build(), "relu1 relu2a relu2b", "relu1"),
        Case("an inception module before a pooling", FusionNetworks.InceptionBeforePooling, "relu0 reluA reluB reluC reluD reluB0 reluC0 concat", "relu0 reluA reluB reluC reluD reluB0 reluC0 concat"),
        Case("an inception module with several readers", FusionNetworks.InceptionWithReaders, "relu0 reluA reluB reluC reluD reluB0 reluC0 concat", "relu0 reluA reluB reluC reluD reluB0 reluC0 concat"),
        Case("an inception module before a layer that masks nothing", FusionNetworks.InceptionBeforeUnaware, "relu0 reluA reluB reluC reluD reluB0 reluC0", "relu0 reluB0 reluC0"),
        Case("a concatenation with a pooling among its branches", FusionNetworks.MixedBranches, "relu1", "relu2"),
        Case("a concatenation with rectifiers on some branches", FusionNetworks.PartlyRectified, "relu1", ""),
        Case("a concatenation without rectifiers, and one behind it", FusionNetworks.RectifiedBehind, "concat", "concat relu"),
        Case("a concatenation of one branch, and one of another", FusionNetworks.NestedConcatenations, "relu1 inner", "relu1 inner"),
        Case("normalisation and pooling behind rectified convolutions", FusionNetworks.NormBehindRelu, "relu1 relu2", "relu1 relu2"),
        Case("rectified inner products with dropout", FusionNetworks.DropoutBehindRelu, "", "relu1 relu2 relu3"),
        Case("a rectifier with two readers", FusionNetworks.TwoReaders, "relu1", "relu1"),
        Case("rectifiers in a row, before anything learns", FusionNetworks.RectifiersFirst, "", "relu3"),
        Case("layers that know nothing of fusion", FusionNetworks.Unaware, "relu1", ""),
    ];

    [TestCaseSource(nameof(Networks))]
    public void Fused_or_not_the_bits_are_equal(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        float[][] unfused = Train(build(), fuse: false, poison: false);
        Assert.That(Train(build(), fuse: true, poison: false), Is.EqualTo(unfused));
        Assert.That(Train(build(), fuse: true, poison: true), Is.EqualTo(unfused), "something is read that the iteration did not write");
    }

    [TestCaseSource(nameof(Networks))]
    public void Passes_that_others_do_are_not_called(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        var fused = new PassRecorder();
        using var network = build().Compile(Session, seed: 3, new() { Decorate = fused.Watch });
        Step(network);
        var all = new PassRecorder();
        using var unfused = build().Compile(Session, seed: 3, new() { Fuse = false, Decorate = all.Watch });
        Step(unfused);
        Assert.That(all.Forward.Except(fused.Forward), Is.EquivalentTo(forward));
        Assert.That(all.Backward.Except(fused.Backward), Is.EquivalentTo(backward));
        Assert.That(fused.Forward.Concat(fused.Backward), Is.SubsetOf(all.Forward.Concat(all.Backward)));
    }

    [TestCaseSource(nameof(Networks))]
    public void Fusion_takes_no_more_memory(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        using var fused = build().Compile(Session, seed: 3);
        using var unfused = build().Compile(Session, seed: 3, new() { Fuse = false });
        Assert.That(fused.MemoryPlan.Working, Is.LessThanOrEqualTo(unfused.MemoryPlan.Working));
    }

    [Test]
    public void A_fused_layers_activation_is_the_memory_that_it_writes()
    {
        using var network = FusionNetworks.InceptionBeforePooling().Compile(Session, seed: 3);
        SmallNetwork.Fill(network);
        network.Forward(Phase.Test, 0);
        Assert.That(network.Activation("conv0").ToArray(), Is.EqualTo(network.Activation("relu0").ToArray()).And.Some.Zero.And.All.Not.Negative);
        foreach (string layer in new[] { "convA", "reluA", "convD", "reluD" })
        {
            Assert.That(network.Activation(layer).Shape, Is.EqualTo(network.Activation("concat").Shape));
            Assert.That(network.Activation(layer).ToArray(), Is.EqualTo(network.Activation("concat").ToArray()));
        }
    }

    private static TestCaseData Case(string name, Func<NetworkBuilder> build, string forward, string backward) =>
        new TestCaseData(build, Names(forward), Names(backward)).SetArgDisplayNames(name);

    private static string[] Names(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void Step(Network network)
    {
        SmallNetwork.Fill(network);
        network.Forward(Phase.Train, 0);
        network.Backward();
    }

    // Losses of two steps and of an evaluation, parameters and their gradients after them.
    private float[][] Train(NetworkBuilder builder, bool fuse, bool poison)
    {
        using var network = builder.Compile(Session, seed: 3, new() { Fuse = fuse });
        using var solver = new Solver(network);
        SmallNetwork.Fill(network);
        var losses = new List<float>();
        for (int i = 0; i < 2; i++)
        {
            if (poison)
                Poison(network.WorkingMemory);
            solver.Step(i, 0.01f, 0.9f, 0.001f);
            losses.Add((float)network.ReadLoss().LossSum);
        }

        if (poison)
            Poison(network.WorkingMemory);
        network.Forward(Phase.Test, 2);
        losses.Add((float)network.ReadLoss().LossSum);
        Assert.That(losses, Has.All.GreaterThan(0).And.All.Not.NaN);
        return [[.. losses], .. network.Parameters.SelectMany(parameter => new[] { parameter.Value.ToArray(), parameter.Gradient.ToArray() })];
    }

    private static void Poison(Tensor memory) => memory.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)memory.Length)]);
}

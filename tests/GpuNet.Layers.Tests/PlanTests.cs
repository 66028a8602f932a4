using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Models;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

/// <summary>The memory plan of a network that is not compiled.</summary>
public sealed class PlanTests
{
    private static readonly Dictionary<string, Func<NetworkBuilder>> Networks = new()
    {
        ["cifar10_quick"] = () => Cifar10Quick.Build(new(7, 3, 32, 32), 10),
        ["cifar10_full"] = () => Cifar10Full.Build(new(3, 1, 28, 28), 12),
        ["two heads"] = TwoHeads,
    };

    private static IEnumerable<string> Names => Networks.Keys;

    [Test]
    public void It_is_the_compiled_networks_to_the_byte([Values("cpu", "simulated-gpu")] string device, [ValueSource(nameof(Names))] string network, [Values] bool inspect)
    {
        var session = TestDevice.Open(device);
        var options = new CompileOptions { Inspect = inspect, Decorate = (_, _) => throw new AssertionException("a plan has no layers to decorate") };
        long held = session.HeldBytes;
        var plan = Networks[network]().Plan(session, options);
        Assert.That(session.HeldBytes, Is.EqualTo(held));
        using var compiled = Networks[network]().Compile(session, 1, options with { Decorate = null });
        Assert.That(plan, Is.EqualTo(compiled.MemoryPlan));
        Assert.That(plan.LargestBuffer, Is.EqualTo(new[] { plan.Parameters, plan.InputsAndTotals, plan.Working, plan.Workspace }.Max()));
    }

    [Test]
    public void A_network_that_cannot_be_compiled_has_none() =>
        Assert.That(() => new NetworkBuilder(new(1, 1, 2, 2), 2).Plan(TestDevice.Open("cpu")), Throws.TypeOf<NetworkException>().With.Message.Contains("SoftmaxLoss"));

    private static NetworkBuilder TwoHeads()
    {
        var net = new NetworkBuilder(new Shape(5, 2, 6, 6), 3);
        var trunk = net.Relu("relu", net.Convolution("conv", net.Input, 4, 3, padding: 1));
        net.SoftmaxLoss("auxiliary", net.InnerProduct("ip1", trunk, 3), 0.3f);
        net.SoftmaxLoss("main", net.InnerProduct("ip2", net.Dropout("drop", net.MaxPooling("pool", trunk, 3, 2), 0.5f), 3));
        return net;
    }
}

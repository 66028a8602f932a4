using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

public sealed class NetworkMemoryTests(string device) : DeviceFixture(device)
{
    private static readonly TestCaseData[] Networks =
    [
        Case("every kind of layer", () => SmallNetwork.Build(), "loss", "auxiliary"),
        Case("several layers with several inputs read the network's input", TwoReadersOfTheInput, "loss"),
    ];

    [TestCaseSource(nameof(Networks))]
    public void Shared_memory_gives_the_same_bits_as_memory_of_its_own(Func<NetworkBuilder> build, string[] losses)
    {
        float[][] shared = Train(build(), losses, inspect: false, poison: false);
        float[][] separate = Train(build(), losses, inspect: true, poison: false);
        Assert.That(shared, Is.EqualTo(separate));
    }

    [TestCaseSource(nameof(Networks))]
    public void Nothing_is_read_that_an_iteration_did_not_write(Func<NetworkBuilder> build, string[] losses)
    {
        float[][] clean = Train(build(), losses, inspect: false, poison: false);
        float[][] poisoned = Train(build(), losses, inspect: false, poison: true);
        Assert.That(poisoned, Is.EqualTo(clean));
    }

    [Test]
    public void An_iteration_allocates_no_device_memory_and_a_bounded_number_of_managed_bytes()
    {
        using var network = SmallNetwork.Build().Compile(Session, seed: 1);
        using var solver = new Solver(network);
        SmallNetwork.Fill(network);
        long deviceBytes = Session.AllocatedBytes;
        long[] managed = new long[6];
        for (int i = 0; i < managed.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            solver.Step(i, 0.01f, 0.9f, 0.001f);
            network.ReadLoss();
            managed[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(Session.AllocatedBytes, Is.EqualTo(deviceBytes));
        // ILGPU itself allocates at each launch and copy; nothing may add to that from one iteration to the next.
        Assert.That(managed[^1], Is.LessThanOrEqualTo(managed[1]));
        Assert.That(managed[^1], Is.LessThan(64 * 1024));
    }

    [Test]
    public void The_plan_says_what_was_taken()
    {
        long before = Session.AllocatedBytes;
        using var network = SmallNetwork.Build().Compile(Session, seed: 1);
        var plan = network.MemoryPlan;
        const long slack = 5 * (Arena.Slack + Arena.Alignment) * sizeof(float);
        Assert.That(Session.AllocatedBytes - before, Is.EqualTo(plan.Total + slack));
        Assert.That(plan.Working, Is.LessThan(plan.WorkingUnshared));
        Assert.That(plan.Parameters, Is.EqualTo(plan.ParameterGradients).And.GreaterThanOrEqualTo(network.Parameters.Sum(p => p.Value.Length) * sizeof(float)));
    }

    private static TestCaseData Case(string name, Func<NetworkBuilder> build, params string[] losses) =>
        new TestCaseData(build, losses).SetArgDisplayNames(name);

    // Both concatenations compute the input's gradient, which nobody needs, at different steps of the backward pass.
    private static NetworkBuilder TwoReadersOfTheInput()
    {
        var net = new NetworkBuilder(new Shape(6, 3, 8, 8), SmallNetwork.Classes);
        var x = net.Convolution("conv1", net.Input, outputs: 8, filter: 3, padding: 1, weights: Filler.Msra);
        x = net.Concatenation("concat1", net.Input, x);
        x = net.Convolution("conv2", x, outputs: 8, filter: 3, padding: 1, weights: Filler.Msra);
        x = net.Concatenation("concat2", net.Input, x);
        net.SoftmaxLoss("loss", net.InnerProduct("ip3", x, outputs: SmallNetwork.Classes));
        return net;
    }

    // Losses of three steps, or of one where they are slow, parameters and their gradients after them.
    private float[][] Train(NetworkBuilder builder, string[] lossNames, bool inspect, bool poison)
    {
        using var network = builder.Compile(Session, seed: 3, new() { Inspect = inspect });
        using var solver = new Solver(network);
        SmallNetwork.Fill(network);
        var losses = new List<float>();
        for (int i = 0; i < (Device == "simulated-gpu" ? 1 : 3); i++)
        {
            if (poison)
            {
                network.WorkingMemory.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)network.WorkingMemory.Length)]);
                foreach (var parameter in network.Parameters)
                    parameter.Gradient.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)parameter.Gradient.Length)]);
            }

            solver.Step(i, 0.01f, 0.9f, 0.001f);
            losses.AddRange(lossNames.Select(name => (float)network.ReadLoss(name).LossSum));
        }

        Assert.That(losses, Has.All.GreaterThan(0));
        return [[.. losses], .. network.Parameters.SelectMany(parameter => new[] { parameter.Value.ToArray(), parameter.Gradient.ToArray() })];
    }
}

using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

public sealed class NetworkMemoryTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Shared_memory_gives_the_same_bits_as_memory_of_its_own()
    {
        float[][] shared = Train(SmallNetwork.Build(), inspect: false, poison: false);
        float[][] separate = Train(SmallNetwork.Build(), inspect: true, poison: false);
        Assert.That(shared, Is.EqualTo(separate));
    }

    [Test]
    public void Nothing_is_read_that_an_iteration_did_not_write()
    {
        float[][] clean = Train(SmallNetwork.Build(), inspect: false, poison: false);
        float[][] poisoned = Train(SmallNetwork.Build(), inspect: false, poison: true);
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

    // Parameters and losses after three steps.
    private float[][] Train(NetworkBuilder builder, bool inspect, bool poison)
    {
        using var network = builder.Compile(Session, seed: 3, inspect);
        using var solver = new Solver(network);
        SmallNetwork.Fill(network);
        var losses = new List<float>();
        for (int i = 0; i < 3; i++)
        {
            if (poison)
            {
                network.WorkingMemory.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)network.WorkingMemory.Length)]);
                foreach (var parameter in network.Parameters)
                    parameter.Gradient.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)parameter.Gradient.Length)]);
            }

            solver.Step(i, 0.05f, 0.9f, 0.001f);
            losses.AddRange([(float)network.ReadLoss().LossSum, (float)network.ReadLoss("auxiliary").LossSum]);
        }

        Assert.That(losses, Has.All.GreaterThan(0));
        return [[.. losses], .. network.Parameters.Select(parameter => parameter.Value.ToArray())];
    }
}

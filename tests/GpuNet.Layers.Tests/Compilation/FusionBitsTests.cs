using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Compilation;

/// <summary>A fused network computes the bits of one that is not.</summary>
public sealed class FusionBitsTests(string device) : DeviceFixture(device)
{
    // The simulated GPU is slow, and which memory is read does not depend on the device.
    private bool IsSlow => Device == "simulated-gpu";

    [TestCaseSource(typeof(FusionNetworks), nameof(FusionNetworks.Cases))]
    public void Fused_or_not_the_bits_are_equal(Func<NetworkBuilder> build, string[] forward, string[] backward)
    {
        if (IsSlow && !FusionNetworks.HasEveryPortablePass(build))
            Assert.Ignore("Three networks are enough here: they have every pass that does its neighbour's, and OpenCL runs the same kernels in all of them.");
        int[][] unfused = Train(build(), fuse: false, poison: false);
        Assert.That(Train(build(), fuse: true, poison: false), Is.EqualTo(unfused));
        if (!IsSlow)
            Assert.That(Train(build(), fuse: true, poison: true), Is.EqualTo(unfused), "something is read that the iteration did not write");
    }

    // Losses of an evaluation and of two steps, parameters and their gradients after them, as bits: as floats −0 would equal 0, and NaN itself.
    private int[][] Train(NetworkBuilder builder, bool fuse, bool poison)
    {
        using var network = builder.Compile(Session, seed: 3, new() { Fuse = fuse });
        using var solver = new Solver(network);
        SmallNetwork.Fill(network);
        if (poison)
            Poison(network.WorkingMemory);
        network.Forward(Phase.Test, 0);
        var losses = new List<float> { (float)network.ReadLoss().LossSum };
        for (int i = 0; i < (IsSlow ? 1 : 2); i++)
        {
            if (poison)
                Poison(network.WorkingMemory);
            solver.Step(i, 0.01f, 0.9f, 0.001f);
            losses.Add((float)network.ReadLoss().LossSum);
        }

        Assert.That(losses, Has.All.GreaterThan(0).And.All.Not.NaN);
        return [Bits([.. losses]), .. network.Parameters.SelectMany(parameter => new[] { Bits(parameter.Value.ToArray()), Bits(parameter.Gradient.ToArray()) })];
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static void Poison(Tensor memory) => memory.CopyFrom([.. Enumerable.Repeat(float.NaN, (int)memory.Length)]);
}

using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>
/// The forward pass of AlexNet and GoogLeNet on small crops by the portable kernels, against PyTorch in float64. The simulated GPU takes one to two minutes for
/// AlexNet and half a minute for GoogLeNet, so they are left out there unless GPUNET_SLOW_TESTS is 1.
/// </summary>
public sealed class ImageNetForwardTests(string device) : DeviceFixture(device)
{
    // As on the CPU.
    private const double Tolerance = 6e-6;

    [Test]
    public void The_losses_and_the_scores_equal_those_of_PyTorch([Values("alexnet.67", "googlenet.64")] string name)
    {
        if (Device == "cpu")
            Assert.Ignore("The CPU's gradients are compared too, in ImageNetGoldenTests.");
        if (Device == "simulated-gpu")
            SlowTests.SkipUnlessAskedFor("It takes minutes here.");
        var golden = new ImageNetGoldenFile(name);
        using var network = golden.Build().Compile(Session, ImageNetGoldenFile.Seed);
        golden.Fill(network);
        network.Forward(Phase.Train, 0);
        golden.CompareForward(network, Tolerance);
    }
}

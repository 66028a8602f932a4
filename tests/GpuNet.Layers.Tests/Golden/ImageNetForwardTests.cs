using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>The forward pass of AlexNet and GoogLeNet on small crops by the portable kernels, against PyTorch in float64.</summary>
public sealed class ImageNetForwardTests(string device) : DeviceFixture(device)
{
    // As on the CPU.
    private const double Tolerance = 6e-6;

    [Test]
    public void The_losses_and_the_scores_equal_those_of_PyTorch([Values("alexnet.67", "googlenet.64")] string name)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        void Say(string s) => File.AppendAllText("/tmp/models-measure.txt", $"{Device} {name} {watch.Elapsed.TotalSeconds:F2} {s}\n");
        var golden = new ImageNetGoldenFile(name);
        using var network = golden.Build().Compile(Session, ImageNetGoldenFile.Seed);
        golden.Fill(network);
        Say("filled");
        network.Forward(Phase.Train, 0);
        golden.CompareForward(network, Tolerance);
        Say("done");
        network.Forward(Phase.Train, 0);
        golden.CompareForward(network, Tolerance);
        Say("again");
    }
}

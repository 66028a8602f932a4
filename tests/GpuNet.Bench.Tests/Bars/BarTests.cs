using GpuNet.Bench.Bars;
using GpuNet.Bench.Kernels;
using GpuNet.Kernels.Devices;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarTests
{
    [TestCase("sgemm 1024×1024×1024", KernelPass.Product, null, ExpectedResult = 0.85)]
    [TestCase("sgemm 16×4096×9216 B transposed", KernelPass.Product, null, ExpectedResult = null)]
    [TestCase("cifar10 conv1", KernelPass.Forward, null, ExpectedResult = 0.55)]
    [TestCase("cifar10 conv1", KernelPass.BackwardData, null, ExpectedResult = null)]
    [TestCase("cifar10 conv2", KernelPass.BackwardData, null, ExpectedResult = 0.85)]
    [TestCase("alexnet conv3", KernelPass.Forward, "channels in lanes", ExpectedResult = 0.85)]
    [TestCase("alexnet conv3", KernelPass.Forward, "Winograd F(4×4)", ExpectedResult = 1.15)]
    [TestCase("alexnet conv3", KernelPass.BackwardData, "Winograd F(2×2, 3×3)", ExpectedResult = 1.15)]
    [TestCase("alexnet conv2", KernelPass.Forward, "Winograd F(2×2, 5×5)", ExpectedResult = 0.85)]
    [TestCase("alexnet conv3", KernelPass.BackwardWeights, "Winograd F(2×2, 3×3)", ExpectedResult = 0.85)]
    [TestCase("googlenet conv1", KernelPass.BackwardWeights, null, ExpectedResult = 0.55)]
    [TestCase("googlenet 4e pool projection", KernelPass.BackwardWeights, null, ExpectedResult = 0.55)]
    [TestCase("googlenet 4e 5×5", KernelPass.Forward, null, ExpectedResult = 0.85)]
    [TestCase("alexnet norm1 LRN", KernelPass.Forward, null, ExpectedResult = 0.60)]
    [TestCase("alexnet pool1 max", KernelPass.BackwardData, null, ExpectedResult = 0.60)]
    [TestCase("cifar10 pool2 average", KernelPass.Forward, null, ExpectedResult = null)]
    [TestCase("alexnet relu1 ReLU", KernelPass.Forward, null, ExpectedResult = 1.50)]
    [TestCase("SGD 37,748,736", KernelPass.Update, null, ExpectedResult = 1.50)]
    [TestCase("SGD 145,578", KernelPass.Update, null, ExpectedResult = null)]
    public double? Each_measure_has_its_bar(string name, KernelPass pass, string? choice) => Bar.Of(KernelCase.All.Single(of => of.Name == name), pass, choice);

    [Test]
    public void A_launch_names_the_algorithm_without_its_reason()
    {
        using var session = DeviceSession.OpenCpu(1);
        using var memory = new KernelMemory(session);
        var launches = ConvolutionCase.All.Single(layer => layer.Name == "googlenet 5b 3×3").Open(memory);
        Assert.That(launches.Select(launch => launch.Choice), Has.All.Not.Contains(":").And.All.Matches("^(direct|Winograd F)"));
    }

    [Test]
    public void Names_are_unique()
    {
        Assert.That(KernelCase.All.Select(of => of.Name), Is.Unique);
    }

    [Test]
    public void The_inceptions_have_the_sizes_of_the_paper()
    {
        var reduce = ConvolutionCase.All.Single(layer => layer.Name == "googlenet 4e 3×3 reduce").Geometry;
        var three = ConvolutionCase.All.Single(layer => layer.Name == "googlenet 4e 3×3").Geometry;
        Assert.That(reduce.Output, Is.EqualTo(three.Input));
        Assert.That(three.Output, Is.EqualTo(three.Input with { C = 320 }));
        Assert.That(ConvolutionCase.All.Single(layer => layer.Name == "googlenet 5b 5×5").Geometry.Weights.ToString(), Is.EqualTo("128×48×5×5"));
    }
}

using GpuNet.Bench.Bars;
using GpuNet.Bench.Kernels;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Bench.Tests.Bars;

public sealed class BarTests
{
    [TestCase("sgemm 1024×1024×1024", KernelPass.Product, ExpectedResult = 0.85)]
    [TestCase("sgemm 16×4096×9216 B transposed", KernelPass.Product, ExpectedResult = null)]
    [TestCase("cifar10 conv1", KernelPass.Forward, ExpectedResult = 0.55)]
    [TestCase("cifar10 conv1", KernelPass.BackwardData, ExpectedResult = null)]
    [TestCase("cifar10 conv2", KernelPass.BackwardData, ExpectedResult = 0.85)]
    [TestCase("alexnet conv3", KernelPass.Forward, ExpectedResult = 1.15)]
    [TestCase("alexnet conv3", KernelPass.BackwardData, ExpectedResult = 1.15)]
    [TestCase("alexnet conv2", KernelPass.Forward, ExpectedResult = 0.85)]
    [TestCase("alexnet conv3", KernelPass.BackwardWeights, ExpectedResult = 0.85)]
    [TestCase("googlenet conv1", KernelPass.BackwardWeights, ExpectedResult = 0.55)]
    [TestCase("googlenet 4e pool projection", KernelPass.BackwardWeights, ExpectedResult = 0.55)]
    [TestCase("googlenet 4e 5×5", KernelPass.Forward, ExpectedResult = 0.85)]
    [TestCase("googlenet 5a 3×3", KernelPass.Forward, ExpectedResult = 1.15)]
    [TestCase("googlenet 3a concatenation", KernelPass.BackwardData, ExpectedResult = 0.60)]
    [TestCase("softmax loss 16×1000", KernelPass.Forward, ExpectedResult = null)]
    [TestCase("alexnet norm1 LRN", KernelPass.Forward, ExpectedResult = 0.60)]
    [TestCase("alexnet pool1 max", KernelPass.BackwardData, ExpectedResult = 0.60)]
    [TestCase("cifar10 pool2 average", KernelPass.Forward, ExpectedResult = null)]
    [TestCase("alexnet relu1 ReLU", KernelPass.Forward, ExpectedResult = 1.50)]
    [TestCase("SGD 37,748,736", KernelPass.Update, ExpectedResult = 1.50)]
    [TestCase("SGD 145,578", KernelPass.Update, ExpectedResult = null)]
    [TestCase("Adam 37,748,736", KernelPass.Update, ExpectedResult = 1.50)]
    public double? Each_measure_has_its_bar(string name, KernelPass pass) => Bar.Of(KernelCase.All.Single(of => of.Name == name), pass);

    [Test]
    public void Three_by_three_with_a_stride_is_no_Winograd_layer()
    {
        var layer = ConvolutionCase.All.Single(layer => layer.Name == "alexnet conv3");
        Assert.That(Bar.Of(layer with { Geometry = layer.Geometry with { Stride = 2 } }, KernelPass.Forward), Is.EqualTo(0.85));
    }

    [TestCase("softmax loss 16×1000", KernelPass.Forward, ExpectedResult = true)]
    [TestCase("cifar10 conv2", KernelPass.Forward, ExpectedResult = true)]
    [TestCase("SGD 145,578", KernelPass.Update, ExpectedResult = false)]
    public bool What_has_no_bar_is_measured_if_it_is_worth_showing(string name, KernelPass pass) => Bar.IsMeasured(KernelCase.All.Single(of => of.Name == name), pass);

    [Test]
    public void A_launch_names_the_algorithm_without_its_reason()
    {
        using var session = DeviceSession.OpenCpu(1);
        using var memory = new KernelMemory(session);
        var launches = ConvolutionCase.All.Single(layer => layer.Name == "googlenet 5b 3×3").Open(memory);
        Assert.That(launches.Select(launch => launch.Choice), Has.All.Not.Contains(":").And.All.Matches("^(direct|Winograd F)"));
    }

    [TestCase("softmax loss 16×1000")]
    [TestCase("googlenet 3a concatenation")]
    [TestCase("googlenet 3a gradient sum")]
    [TestCase("cifar10 norm1 LRN")]
    [TestCase("cifar10 ip1 inner product")]
    [TestCase("cifar10 image batch")]
    [TestCase("cifar10 gradient clip")]
    [TestCase("alexnet drop6 dropout")]
    [TestCase("SGD 145,578")]
    [TestCase("Nesterov 145,578")]
    [TestCase("Adam 145,578")]
    [TestCase("RMSprop 145,578")]
    [TestCase("AdaGrad 145,578")]
    [TestCase("AdaDelta 145,578")]
    public void A_case_has_a_launch_for_each_pass(string name)
    {
        using var session = DeviceSession.OpenCpu(1);
        using var memory = new KernelMemory(session);
        var of = KernelCase.All.Single(of => of.Name == name);
        var launches = of.Open(memory);
        foreach (var launch in launches)
            launch.Run();
        session.Synchronize();
        Assert.That(launches.Select(launch => launch.Pass), Is.EqualTo(of.Passes));
    }

    [Test]
    public void Every_suite_of_the_list_is_a_benchmark()
    {
        var suites = typeof(KernelBenchmarks).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KernelBenchmarks)));
        var cases = KernelCase.All.Select(of => of.GetType().Name.Replace("Case", "Benchmarks", StringComparison.Ordinal)).Distinct();
        Assert.That(suites.Select(suite => suite.Name), Is.EquivalentTo(cases));
    }

    // By the text: what a case opens is seen nowhere else.
    [Test]
    public void Every_op_has_a_case()
    {
        string folder = Repository.At("bench", "GpuNet.Bench", "Kernels");
        string text = string.Concat(Directory.GetFiles(folder, "*Case.cs").Select(File.ReadAllText));
        var ops = typeof(DeviceSession).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.Name.EndsWith("Op", StringComparison.Ordinal)).Select(type => type.Name);
        Assert.That(ops.Where(op => !text.Contains($"new {op}(", StringComparison.Ordinal)), Is.Empty);
        Assert.That(ops.Count(), Is.GreaterThan(15));
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

    [TestCase("4b", 14, 112, 224, 24, 64)]
    [TestCase("4c", 14, 128, 256, 24, 64)]
    [TestCase("4d", 14, 144, 288, 32, 64)]
    [TestCase("5a", 7, 160, 320, 32, 128)]
    public void Of_the_other_inceptions_the_wide_filters_are_measured(string module, int side, int threeReduce, int three, int fiveReduce, int five)
    {
        var layers = ConvolutionCase.All.Where(layer => layer.Name.StartsWith($"googlenet {module} ", StringComparison.Ordinal)).ToList();
        Assert.That(layers.Select(layer => layer.Name), Is.EqualTo(new[] { $"googlenet {module} 3×3", $"googlenet {module} 5×5" }));
        Assert.That(layers.Select(layer => layer.Geometry.Input), Is.EqualTo(new Shape[] { new(16, threeReduce, side, side), new(16, fiveReduce, side, side) }));
        Assert.That(layers.Select(layer => layer.Geometry.OutputChannels), Is.EqualTo(new[] { three, five }));
        Assert.That(layers.Select(layer => layer.Geometry.Output.H), Is.All.EqualTo(side));
    }
}

using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Layers.Models;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Models;

public sealed class CifarModelTests
{
    private static readonly Shape Cifar = new(100, 3, 32, 32);

    [TestCase("quick", 145_578)]
    [TestCase("full", 89_578)]
    public void The_parameters_are_as_many_as_Caffes(string model, int expected)
    {
        using var network = Build(model, new(1, 3, 32, 32), 10).Compile(TestDevice.Open("cpu"), seed: 1);
        Assert.That(network.Parameters.Sum(parameter => parameter.Value.Length), Is.EqualTo(expected));
        Assert.That(network.Summary, Does.Contain(expected.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase("quick", "conv1 pool1 relu1 conv2 relu2 pool2 conv3 relu3 pool3 ip1 ip2 loss")]
    [TestCase("full", "conv1 pool1 relu1 norm1 conv2 relu2 pool2 norm2 conv3 relu3 pool3 ip1 loss")]
    public void The_layers_stand_in_the_order_of_Caffes_table(string model, string expected) =>
        Assert.That(string.Join(' ', Build(model, Cifar, 10).Layers.Select(layer => layer.Name)), Is.EqualTo(expected));

    [Test]
    public void Rate_and_decay_multipliers_of_the_full_network_are_those_of_Caffes_file()
    {
        using var network = Cifar10Full.Build(new(1, 3, 32, 32), 10).Compile(TestDevice.Open("cpu"), seed: 1);
        Assert.That(network.Parameters.Select(p => (p.Name, p.RateMultiplier, p.DecayMultiplier)), Is.EqualTo(new[]
        {
            ("conv1.weights", 1f, 1f), ("conv1.bias", 2f, 1f), ("conv2.weights", 1f, 1f), ("conv2.bias", 2f, 1f),
            ("conv3.weights", 1f, 1f), ("conv3.bias", 1f, 1f), ("ip1.weights", 1f, 250f), ("ip1.bias", 2f, 0f),
        }));
    }

    [Test]
    public void The_biases_of_the_quick_network_learn_at_twice_the_rate_and_decay()
    {
        using var network = Cifar10Quick.Build(new(1, 3, 32, 32), 10).Compile(TestDevice.Open("cpu"), seed: 1);
        Assert.That(network.ParameterGroups, Has.Count.EqualTo(2));
        foreach (var parameter in network.Parameters)
            Assert.That((parameter.RateMultiplier, parameter.DecayMultiplier), Is.EqualTo((parameter.Name.EndsWith(".bias", StringComparison.Ordinal) ? 2f : 1f, 1f)), parameter.Name);
    }

    [TestCase("quick", "conv1 0.0001, conv2 0.01, conv3 0.01, ip1 0.1, ip2 0.1")]
    [TestCase("full", "conv1 0.0001, conv2 0.01, conv3 0.01, ip1 0.01")]
    public void Weights_start_with_the_tables_deviations_and_biases_at_0(string model, string expected)
    {
        var layers = Build(model, Cifar, 10).Layers;
        var options = layers.Select(layer => layer switch
        {
            Convolution conv => (layer.Name, conv.Weights, conv.Bias),
            InnerProduct ip => (layer.Name, ip.Weights, ip.Bias),
            _ => default((string Name, ParameterOptions Weights, ParameterOptions? Bias)),
        }).Where(layer => layer.Weights is not null).ToList();
        Assert.That(
            string.Join(", ", options.Select(layer => FormattableString.Invariant($"{layer.Name} {((GaussianFiller)layer.Weights.Filler).StandardDeviation}"))),
            Is.EqualTo(expected));
        Assert.That(options.Select(layer => layer.Bias?.Filler), Is.All.EqualTo(Filler.Constant(0)));
    }

    [TestCase("quick")]
    [TestCase("full")]
    public void Other_images_and_classes_fit(string model)
    {
        var shape = new Shape(7, 1, 28, 28);
        using var network = Build(model, shape, 26).Compile(TestDevice.Open("cpu"), seed: 1);
        Assert.That((network.Input.Shape, network.Classes), Is.EqualTo((shape, 26)));
        Assert.That(network.Activation("pool3").Shape, Is.EqualTo(new Shape(7, 64, 3, 3)));
    }

    [Test]
    public void The_quick_network_needs_far_less_than_memory_of_its_own_for_each_tensor()
    {
        using var network = Cifar10Quick.Build(Cifar, 10).Compile(TestDevice.Open("cpu"), seed: 1);
        // The busiest step is pool1's backward pass: conv1's gradient (13.1 MB), pool1's gradient and positions (3.3 MB each), and no less.
        Assert.That(network.MemoryPlan.Working, Is.InRange(19_600_000, 40_000_000), network.Summary);
        Assert.That(network.MemoryPlan.Working, Is.LessThan(0.6 * network.MemoryPlan.WorkingUnshared), network.Summary);
    }

    private static NetworkBuilder Build(string model, Shape input, int classes) =>
        model == "quick" ? Cifar10Quick.Build(input, classes) : Cifar10Full.Build(input, classes);
}

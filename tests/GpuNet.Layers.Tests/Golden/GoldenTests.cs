using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Models;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>
/// The CIFAR-10 networks against PyTorch in float64: 8 images and ten steps on the CPU, on CUDA and on OpenCL. The simulated GPU is slow: 2 images
/// of cifar10_full, which has every kind of layer that cifar10_quick has, and no steps.
/// </summary>
public sealed class GoldenTests(string device) : DeviceFixture(device)
{
    private static readonly string[] Networks = ["cifar10_quick", "cifar10_full"];

    private bool IsSlow => Device == "simulated-gpu";

    private int Batch => IsSlow ? 2 : 8;

    [TestCaseSource(nameof(Networks))]
    public void Every_activation_the_loss_and_every_gradient_equal_those_of_PyTorch(string name)
    {
        if (IsSlow && name != "cifar10_full")
            Assert.Ignore("Too slow here; cifar10_full has every kind of layer that this network has.");
        var golden = new GoldenFile(name, Batch);
        using var network = Build(name).Compile(Session, seed: 1, new() { Inspect = true });
        golden.Fill(network);
        network.Forward(Phase.Train, 0);
        network.Backward();

        double tolerance = 0;
        foreach (var (layer, expected) in golden.Activations)
        {
            tolerance += ForwardError(network, layer);
            expected.Compare(network.Activation(layer), tolerance, layer);
        }

        Assert.That(network.ReadLoss().Loss, Is.EqualTo(golden.Loss).Within(tolerance * golden.Loss));
        tolerance = GradientError(network, golden);
        foreach (var (layer, expected) in golden.ActivationGradients)
            expected.Compare(network.Gradient(layer), tolerance, $"d{layer}");
        foreach (var parameter in network.Parameters)
            golden.ParameterGradients[parameter.Name].Compare(parameter.Gradient, tolerance, $"d{parameter.Name}");
    }

    [TestCaseSource(nameof(Networks))]
    public void Ten_steps_with_a_changing_rate_lose_as_in_PyTorch_with_momentum_in_Caffes_order(string name)
    {
        if (IsSlow)
            Assert.Ignore("Too slow here; every activation and gradient of cifar10_full is compared on this device, and SGD in its own tests.");
        var golden = new GoldenFile(name, Batch);
        using var network = Build(name).Compile(Session, seed: 1);
        using var solver = new Solver(network);
        golden.Fill(network);
        double tolerance = GradientError(network, golden);
        for (int i = 0; i < golden.Losses.Count; i++)
        {
            solver.Step(i, (float)golden.Rates[i], (float)golden.Momentum, (float)golden.Decay);
            // Each step moves the loss by what its gradient says, and so with the gradient's error.
            Assert.That(network.ReadLoss().Loss, Is.EqualTo(golden.Losses[i]).Within(tolerance * golden.Losses[0]), $"step {i}");
        }

        foreach (var parameter in network.Parameters)
            golden.ParametersAfter[parameter.Name].Compare(parameter.Value, tolerance, parameter.Name);
    }

    private NetworkBuilder Build(string name)
    {
        var input = new Shape(Batch, 3, 32, 32);
        return name == "cifar10_quick" ? Cifar10Quick.Build(input, 10) : Cifar10Full.Build(input, 10);
    }

    // What a layer adds to its output's error, relative to the largest value: Close's bound for its sums, 9 terms for pooling and norm.
    private static double ForwardError(Network network, string layer) => RoundOff(
        network.Parameters.FirstOrDefault(parameter => parameter.Name == $"{layer}.weights") is { } weights ? weights.Shape.ImageSize : layer.StartsWith("relu", StringComparison.Ordinal) ? 0 : 9);

    // Backward, errors go on adding up. A data gradient sums outputs × filter terms, a weight gradient one for each pixel of the batch.
    private double GradientError(Network network, GoldenFile golden)
    {
        double forward = golden.Activations.Keys.Sum(layer => ForwardError(network, layer));
        double backward = network.Parameters.Where(parameter => parameter.Shape.N > 1).Sum(weights => RoundOff(weights.Shape.N * weights.Shape.PlaneSize))
            + golden.Activations.Keys.Where(layer => layer.StartsWith("pool", StringComparison.Ordinal) || layer.StartsWith("norm", StringComparison.Ordinal)).Sum(_ => RoundOff(9));
        return forward + backward + RoundOff(Batch * 32 * 32);
    }

    private static double RoundOff(long terms) => (4 * Math.Sqrt(terms) + 8) / (1 << 24);
}

using GpuNet.Kernels.Convolution;
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

    // How much larger Winograd's algorithms make rounding errors than a plain sum of as many terms as channels: derived in WinogradTransformTests.
    private static readonly (string Algorithm, double Amplification)[] Winograd =
        [("Winograd F(2×2, 3×3)", 5.0 / 3), ("Winograd F(4×4, 3×3)", 57.0 / 8), ("Winograd F(2×2, 5×5)", 221.0 / 40)];

    private bool IsSlow => Device == "simulated-gpu";

    private int Batch => IsSlow ? 2 : 8;

    [TestCaseSource(nameof(Networks))]
    public void Every_activation_the_loss_and_every_gradient_equal_those_of_PyTorch(string name)
    {
        if (IsSlow && name != "cifar10_full")
            Assert.Ignore("Too slow here; cifar10_full has every kind of layer that this network has.");
        var golden = new GoldenFile(name, Batch);
        using var network = Build(name).Compile(Session, seed: 1, new() { Inspect = true, AllowWinograd = false });
        golden.Fill(network);
        network.Forward(Phase.Train, 0);
        network.Backward();

        double tolerance = 0;
        foreach (var (layer, expected) in golden.Activations)
        {
            tolerance += ForwardError(network, layer, allowWinograd: false);
            expected.Compare(network.Activation(layer), tolerance, layer);
        }

        Assert.That(network.ReadLoss().Loss, Is.EqualTo(golden.Loss).Within(tolerance * golden.Loss));
        tolerance = GradientError(network, golden, allowWinograd: false);
        foreach (var (layer, expected) in golden.ActivationGradients)
            expected.Compare(network.Gradient(layer), tolerance, $"d{layer}");
        foreach (var parameter in network.Parameters)
            golden.ParameterGradients[parameter.Name].Compare(parameter.Gradient, tolerance, $"d{parameter.Name}");
    }

    // Fused, by default. With Winograd also the first step's gradients, since the first test rules it out.
    [Test]
    public void Ten_steps_with_a_changing_rate_lose_as_in_PyTorch_with_momentum_in_Caffes_order([ValueSource(nameof(Networks))] string name, [Values] bool allowWinograd)
    {
        if (IsSlow)
            Assert.Ignore("Too slow here; every activation and gradient of cifar10_full is compared on this device, and SGD in its own tests.");
        var golden = new GoldenFile(name, Batch);
        using var network = Build(name).Compile(Session, seed: 1, new() { AllowWinograd = allowWinograd });
        using var solver = new Solver(network);
        golden.Fill(network);
        double tolerance = GradientError(network, golden, allowWinograd);
        for (int i = 0; i < golden.Losses.Count; i++)
        {
            solver.Step(i, (float)golden.Rates[i], (float)golden.Momentum, (float)golden.Decay);
            // Each step moves the loss by what its gradient says, and so with the gradient's error.
            Assert.That(network.ReadLoss().Loss, Is.EqualTo(golden.Losses[i]).Within(tolerance * golden.Losses[0]), $"step {i}");
            foreach (var parameter in network.Parameters.Where(_ => allowWinograd && i == 0))
                golden.ParameterGradients[parameter.Name].Compare(parameter.Gradient, tolerance, $"d{parameter.Name}");
        }

        // Max pooling is not continuous: where the two largest values of a window tie to the last bit, another rounding sends the gradient to another pixel,
        // and no bound on rounding holds for the filters below. cifar10_quick has such a tie in its seventh step, which Winograd's rounding in the layers
        // above turns. Left are conv1's gradients of the first step, and its bias, which sums the gradient wherever it goes.
        bool isTied = allowWinograd && name == "cifar10_quick";
        foreach (var parameter in network.Parameters.Where(parameter => !isTied || parameter.Name != "conv1.weights"))
            golden.ParametersAfter[parameter.Name].Compare(parameter.Value, tolerance, parameter.Name);
    }

    private NetworkBuilder Build(string name)
    {
        var input = new Shape(Batch, 3, 32, 32);
        return name == "cifar10_quick" ? Cifar10Quick.Build(input, 10) : Cifar10Full.Build(input, 10);
    }

    // What a layer adds to its output's error, relative to the largest value: Close's bound for its sums, 9 terms for pooling and norm.
    private double ForwardError(Network network, string layer, bool allowWinograd)
    {
        if (network.Parameters.FirstOrDefault(parameter => parameter.Name == $"{layer}.weights") is { Shape: var weights })
            return ProductError(weights.C, weights.PlaneSize, ChoiceOf(network, layer, weights, allowWinograd).Forward);
        return RoundOff(layer.StartsWith("relu", StringComparison.Ordinal) ? 0 : 9);
    }

    // Backward, errors go on adding up. A data gradient sums outputs × filter terms, a weight gradient one for each pixel of the batch.
    private double GradientError(Network network, GoldenFile golden, bool allowWinograd)
    {
        double forward = golden.Activations.Keys.Sum(layer => ForwardError(network, layer, allowWinograd));
        double products = network.Parameters.Where(parameter => parameter.Shape.N > 1).Sum(weights => ProductError(
            weights.Shape.N, weights.Shape.PlaneSize, ChoiceOf(network, weights.Name.Split('.')[0], weights.Shape, allowWinograd).BackwardData));
        double windows = golden.Activations.Keys.Where(layer => layer.StartsWith("pool", StringComparison.Ordinal) || layer.StartsWith("norm", StringComparison.Ordinal)).Sum(_ => RoundOff(9));
        return forward + products + windows + RoundOff(Batch * 32 * 32);
    }

    // A sum over channels and taps; Winograd's products leave a sum over channels alone.
    private static double ProductError(int channels, int taps, string choice)
    {
        double amplification = Winograd.FirstOrDefault(winograd => choice.StartsWith(winograd.Algorithm, StringComparison.Ordinal)).Amplification;
        return amplification > 0 ? amplification * RoundOff(channels) : RoundOff((long)channels * taps);
    }

    // What the network's convolution chooses for itself: all of them keep the image's size. An inner product has no choice.
    private ConvolutionChoice ChoiceOf(Network network, string layer, Shape weights, bool allowWinograd)
    {
        if (weights.PlaneSize == 1)
            return new("", "", "");
        var input = network.Activation(layer).Shape with { C = weights.C };
        return new ConvolutionOp(Session, new(input, weights.N, weights.H, 1, weights.H / 2, 1, 1), new() { AllowWinograd = allowWinograd }).Choice;
    }

    private static double RoundOff(long terms) => (4 * Math.Sqrt(terms) + 8) / (1 << 24);
}

using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Layers.Models;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests;

/// <summary>
/// The same run of cifar10_quick on every device: two families of kernel, which share no arithmetic, learn the same. Rounding alone keeps the
/// losses within 1e-6. If two values of a pooling window are equal but for rounding, devices may choose differently, and a difference
/// of 1e-5 appears in one iteration and grows: then another seed shows whether the kernels are to blame.
/// </summary>
public sealed class AgreementTests(string device) : DeviceFixture(device)
{
    private const int Iterations = 20;
    private const int Classes = 10;

    private static readonly Dictionary<Shape, Course> Processors = [];

    [TestCase(2, 12, TestName = "Twenty iterations of cifar10_quick on images of 12 × 12 agree with the processor's kernels")]
    [TestCase(8, 32, TestName = "Twenty iterations of cifar10_quick on images of 32 × 32 agree with the processor's kernels")]
    public void Twenty_iterations_of_cifar10_quick_agree_with_the_processors_kernels(int batch, int side)
    {
        if (side > 12 && Session.Kind == DeviceKind.SimulatedGpu)
            Assert.Ignore("Minutes on a simulated GPU; the smaller images run there.");
        var input = new Shape(batch, 3, side, side);
        Course expected = OfProcessor(input), actual = Train(Session, input);
        double[] differences = [.. expected.Losses.Zip(actual.Losses, (e, a) => Math.Abs(a / e - 1))];
        double moved = Distance(expected.Weights, expected.Start), apart = Distance(expected.Weights, actual.Weights);
        TestContext.Out.WriteLine($"{Device}: loss {actual.Losses[0]:F5} to {actual.Losses[^1]:F5}, largest difference {differences.Max():E1} relative; weights moved {moved:E2} and end {apart:E2} apart");
        Assert.That(actual.Losses, Has.Length.EqualTo(Iterations));
        Assert.That(differences, Has.All.LessThan(1e-4));
        // A loss that has hardly moved would agree whatever the gradients are; weights would not.
        Assert.That(apart, Is.LessThan(1e-3 * moved));
    }

    private static Course OfProcessor(Shape input)
    {
        if (!Processors.TryGetValue(input, out var course))
        {
            using var cpu = DeviceSession.OpenCpu();
            Processors[input] = course = Train(cpu, input);
        }
        return course;
    }

    private static Course Train(DeviceSession session, Shape input)
    {
        var observer = new RecordingObserver();
        var options = new TrainingOptions(new TriangularPolicy(0.0005, 0.001, 5), Iterations, new OptimizerOptions(OptimizerKind.Sgd, 0.9)) { WeightDecay = 0.004, Seed = 3, DisplayInterval = 1 };
        using var network = Cifar10Quick.Build(input, Classes).Compile(session, options.Seed);
        using var trainer = new Trainer(network, new ImageDataset("stripes", Stripes("stripes train", 40, input, 1), Stripes("stripes test", 1, input, 2)), options);
        float[] start = Weights(network);
        trainer.Run(observer);
        return new([.. observer.Iterations.Select(record => record.Loss)], start, Weights(network));
    }

    private static float[] Weights(Network network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow((double)x - y, 2)).Sum());

    // A class is the direction and the width of its stripes.
    private static ImageSet Stripes(string name, int count, Shape input, int seed)
    {
        var random = new Random(seed);
        var image = input.WithBatch(1);
        byte[] pixels = new byte[count * image.ImageSize], labels = new byte[count];
        for (int i = 0; i < pixels.Length; i++)
        {
            int n = i / image.ImageSize, label = n % Classes, y = i / image.W % image.H, x = i % image.W;
            labels[n] = (byte)label;
            pixels[i] = (byte)(random.Next(60) + ((label % 2 == 0 ? y : x) / (label / 2 + 1) % 2 == 0 ? 80 : 0));
        }
        return new ImageArray(name, image, pixels, labels, [.. Enumerable.Range(0, Classes).Select(c => $"class {c}")]);
    }

    private sealed record Course(double[] Losses, float[] Start, float[] Weights);
}

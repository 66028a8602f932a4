using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;
using GpuNet.Training.Data;
using GpuNet.Training.LearningRates;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Optimizers;

/// <summary>
/// Runs of the trainer, held against the whole problem in double precision: softmax regression, whose gradient is (p − label)·x, with each optimizer's
/// formula, a triangular rate, weight decay, and multipliers of each parameter.
/// </summary>
public sealed class OptimizerRunTests(string device) : DeviceFixture(device)
{
    private const int Batch = 5, Iterations = 20, Inputs = 64;
    private const double Decay = 0.004;
    private const float BiasRate = 2, WeightsDecay = 3;

    private static readonly ImageDataset Data = Tiny.Data(test: 5);

    // Made once: what takes long is compiling kernels, which live as long as something holds them.
    private Network network = null!;
    private Trainer holder = null!;

    [OneTimeSetUp]
    public void Compile()
    {
        network = Model().Compile(Session, 3);
        holder = new Trainer(network, Data, OptionsOf(OptimizerText.Parse("sgd"), 2));
    }

    [OneTimeTearDown]
    public void Free()
    {
        holder?.Dispose();
        network?.Dispose();
    }

    [TestCase("sgd", 1)]
    [TestCase("sgd:momentum=0.85", 2)]
    [TestCase("sgd:form=torch", 1)]
    [TestCase("sgd:momentum=0.85,form=torch", 2)]
    [TestCase("nesterov", 1)]
    [TestCase("nesterov:momentum=0.85", 2)]
    [TestCase("adam", 1)]
    [TestCase("adam:momentum=0.8,momentum2=0.9,delta=0.01", 2)]
    [TestCase("rmsprop", 1)]
    [TestCase("rmsprop:rms_decay=0.9,delta=0.001", 2)]
    [TestCase("adagrad", 1)]
    [TestCase("adagrad:delta=0.01", 2)]
    [TestCase("adadelta", 1)]
    [TestCase("adadelta:momentum=0.9,delta=1e-5", 2)]
    public void Twenty_iterations_equal_the_reference(string text, int iterationSize)
    {
        if (iterationSize > 1 && Session.Kind == DeviceKind.SimulatedGpu)
            Assert.Ignore("Twice as long on a simulated GPU; the same kernels run on OpenCL.");
        var options = OptionsOf(OptimizerText.Parse(text), iterationSize);
        network.Initialize(3);
        double[] w = Doubles(network.Parameters[0].Value), b = Doubles(network.Parameters[1].Value), start = [.. w];
        using var trainer = new Trainer(network, Data, options);
        trainer.Run();
        Expected(w, b, (ImageArray)Data.Train, options);
        // Twenty updates of gradients that are sums over 64 inputs or 10 images.
        Close.To(w, network.Parameters[0].Value.ToArray(), Iterations * Inputs, "weights");
        Close.To(b, network.Parameters[1].Value.ToArray(), Iterations * Inputs, "bias");
        Assert.That(w.Zip(start, (after, before) => Math.Abs(after - before)).Average(), Is.GreaterThan(0.002), "how far the weights have moved");
    }

    private static TrainingOptions OptionsOf(OptimizerOptions optimizer, int iterationSize)
    {
        double top = optimizer.Kind switch { OptimizerKind.AdaDelta => 4, OptimizerKind.Sgd or OptimizerKind.Nesterov => 0.02, _ => 0.01 };
        return new(new TriangularPolicy(top / 5, top, 4), Iterations, optimizer)
        {
            WeightDecay = Decay,
            IterationSize = iterationSize,
            Shuffle = false,
            Mean = PixelMean.None,
        };
    }

    private static NetworkBuilder Model()
    {
        var net = new NetworkBuilder(Tiny.Image.WithBatch(Batch), Tiny.Classes);
        net.SoftmaxLoss("loss", net.InnerProduct(
            "ip", net.Input, Tiny.Classes, weights: new(Filler.Xavier, DecayMultiplier: WeightsDecay), bias: new(Filler.Constant(0.5), BiasRate, DecayMultiplier: 0)));
        return net;
    }

    private static void Expected(double[] w, double[] b, ImageArray images, TrainingOptions options)
    {
        double[][] weightState = [new double[w.Length], new double[w.Length]], biasState = [new double[b.Length], new double[b.Length]];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double[] dw = new double[w.Length], db = new double[b.Length];
            for (int i = 0; i < Batch * options.IterationSize; i++)
                AddGradient(images, (int)((long)iteration * Batch * options.IterationSize + i) % images.Count, w, b, dw, db);
            double rate = options.Policy.At(iteration);
            Update(options, iteration, w, weightState, dw, rate, Decay * WeightsDecay);
            Update(options, iteration, b, biasState, db, rate * BiasRate, 0);
        }
    }

    // Of the mean over a batch.
    private static void AddGradient(ImageArray images, int image, double[] w, double[] b, double[] dw, double[] db)
    {
        var x = images.Image(image);
        var scores = new double[b.Length];
        for (int c = 0; c < b.Length; c++)
        {
            scores[c] = b[c];
            for (int p = 0; p < Inputs; p++)
                scores[c] += w[c * Inputs + p] * x[p];
        }

        double sum = scores.Sum(Math.Exp);
        for (int c = 0; c < b.Length; c++)
        {
            double difference = (Math.Exp(scores[c]) / sum - (images.Label(image) == c ? 1 : 0)) / Batch;
            db[c] += difference;
            for (int p = 0; p < Inputs; p++)
                dw[c * Inputs + p] += difference * x[p];
        }
    }

    private static void Update(TrainingOptions options, int iteration, double[] w, double[][] s, double[] dw, double rate, double decay)
    {
        var o = options.Optimizer;
        double scale = 1.0 / options.IterationSize;
        switch (o.Kind)
        {
            case OptimizerKind.Sgd when o.Form == SgdForm.Caffe:
                OptimizerReference.Sgd(w, s[0], dw, rate, o.Momentum, decay, scale);
                break;
            case OptimizerKind.Sgd:
                OptimizerReference.SgdTorch(w, s[0], dw, rate, o.Momentum, decay, scale);
                break;
            case OptimizerKind.Nesterov:
                OptimizerReference.Nesterov(w, s[0], dw, rate, o.Momentum, decay, scale);
                break;
            case OptimizerKind.Adam:
                OptimizerReference.Adam(w, s[0], s[1], dw, rate, o.Momentum, o.Momentum2, o.Delta, iteration, decay, scale);
                break;
            case OptimizerKind.RmsProp:
                OptimizerReference.RmsProp(w, s[0], dw, rate, o.RmsDecay, o.Delta, decay, scale);
                break;
            case OptimizerKind.AdaGrad:
                OptimizerReference.AdaGrad(w, s[0], dw, rate, o.Delta, decay, scale);
                break;
            default:
                OptimizerReference.AdaDelta(w, s[0], s[1], dw, rate, o.Momentum, o.Delta, decay, scale);
                break;
        }
    }

    private static double[] Doubles(Tensor tensor) => [.. tensor.ToArray().Select(value => (double)value)];
}

using GpuNet.Layers;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;
using GpuNet.Training.Optimizers;

namespace GpuNet.Training.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const double Decay = 0.004;
    private static readonly (double Rate, double Momentum)[] Steps = [(0.1, 0.9), (0.02, 0.95), (0.3, 0.8)];

    [TestCase(SgdForm.Caffe)]
    [TestCase(SgdForm.Torch)]
    public void Each_group_has_its_own_rate_and_decay_and_a_rate_and_momentum_that_change_act_as_the_form_says(SgdForm form)
    {
        using var network = ThreeGroups().Compile(TestDevice.Open("cpu"), 7);
        using var optimizer = new Optimizer(network, new OptimizerOptions(OptimizerKind.Sgd, 0.9) { Form = form }, Decay);
        Assert.That(network.ParameterGroups.Select(group => (group.RateMultiplier, group.DecayMultiplier)), Is.EqualTo(new[] { (1f, 1f), (2f, 0f), (1f, 250f) }));
        foreach (var group in network.ParameterGroups)
        {
            double[] gradients = Values.Uniform(group.Gradient.Length, 3);
            group.Gradient.CopyFrom([.. gradients.Select(value => (float)value)]);
        }

        var expected = network.ParameterGroups.Select(group => Expected(group, form)).ToArray();
        for (int step = 0; step < Steps.Length; step++)
            optimizer.Update(Steps[step].Rate, Steps[step].Momentum, step);
        for (int i = 0; i < expected.Length; i++)
            Close.To(expected[i], network.ParameterGroups[i].Value.ToArray(), 3 * Steps.Length, $"group {i}");
    }

    [TestCase("sgd", "velocity")]
    [TestCase("nesterov", "velocity")]
    [TestCase("adam", "moment1", "moment2")]
    [TestCase("rmsprop", "squares")]
    [TestCase("adagrad", "squares")]
    [TestCase("adadelta", "squares", "step_squares")]
    public void State_has_names_and_is_0_after_a_reset(string text, params string[] names)
    {
        using var network = Tiny.Model(2).Compile(TestDevice.Open("cpu"), 7);
        using var optimizer = new Optimizer(network, OptimizerText.Parse(text), 0.05);
        optimizer.Update(0.1, 0.9, 0);
        Assert.That(optimizer.State.Select(state => state.Name), Is.EqualTo(names));
        Assert.That(optimizer.State.Select(state => state.Groups.Count), Is.All.EqualTo(network.ParameterGroups.Count));
        Assert.That(optimizer.State.Select(state => state.Groups[0].ToArray()), Has.All.Some.Not.Zero);
        optimizer.Reset();
        Assert.That(optimizer.State.SelectMany(state => state.Groups).SelectMany(group => group.ToArray()), Is.All.Zero);
    }

    [TestCase(-0.1, 0.0, "momentum is -0.1")]
    [TestCase(1.0, 0.0, "momentum is 1")]
    [TestCase(double.NaN, 0.0, "momentum is NaN")]
    [TestCase(0.9, -1.0, "weight decay is -1")]
    [TestCase(0.9, double.PositiveInfinity, "weight decay is Infinity")]
    public void A_setting_out_of_its_range_is_refused(double momentum, double decay, string message)
    {
        var options = Tiny.Options(1) with { Optimizer = new(OptimizerKind.Sgd, momentum), WeightDecay = decay };
        Assert.That(options.ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains(message));
    }

    [TestCase(OptimizerKind.RmsProp, "rmsprop has none")]
    [TestCase(OptimizerKind.AdaGrad, "adagrad has none")]
    public void A_momentum_of_an_optimizer_without_one_is_refused(OptimizerKind kind, string message) =>
        Assert.That(new OptimizerOptions(kind, 0.9).ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains("momentum is 0.9").And.Message.Contains(message));

    [Test]
    public void Form_and_constants_out_of_their_ranges_are_refused()
    {
        var adam = OptimizerText.Parse("adam");
        Refused(adam with { Form = SgdForm.Torch }, "the form is Torch, but adam has only one");
        Refused(adam with { Momentum2 = 1 }, "momentum2 is 1");
        Refused(adam with { RmsDecay = -0.1 }, "rms_decay is -0.1");
        foreach (double delta in (double[])[0, -1e-8, 1e-39, 1e39, double.NaN, double.PositiveInfinity])
            Refused(adam with { Delta = delta }, "delta is ");

        static void Refused(OptimizerOptions options, string message) => Assert.That(options.ThrowIfInvalid, Throws.TypeOf<TrainingException>().With.Message.Contains(message));
    }

    // The smallest delta that is allowed: 0 / 0 would spread.
    [TestCase("adam")]
    [TestCase("rmsprop")]
    [TestCase("adagrad")]
    [TestCase("adadelta")]
    public void Weights_without_a_gradient_stay_where_they_are(string text)
    {
        using var network = Tiny.Model(2).Compile(TestDevice.Open("cpu"), 7);
        using var optimizer = new Optimizer(network, OptimizerText.Parse(text) with { Delta = 1.2e-38 }, 0);
        var group = network.ParameterGroups[0];
        group.Gradient.Clear();
        float[] before = group.Value.ToArray();
        for (int i = 0; i < 3; i++)
            optimizer.Update(0.1, 0.9, i);
        Assert.That(group.Value.ToArray(), Is.EqualTo(before));
    }

    private static NetworkBuilder ThreeGroups()
    {
        // No parameter starts at 0, where decay would do nothing.
        var bias = new ParameterOptions(Filler.Constant(0.5), RateMultiplier: 2, DecayMultiplier: 0);
        var net = new NetworkBuilder(Tiny.Image.WithBatch(2), Tiny.Classes);
        var hidden = net.InnerProduct("ip1", net.Input, 9, bias: bias);
        net.SoftmaxLoss("loss", net.InnerProduct("ip2", hidden, Tiny.Classes, weights: new(Filler.Xavier, DecayMultiplier: 250), bias: bias));
        return net;
    }

    private static double[] Expected(ParameterGroup group, SgdForm form)
    {
        double[] w = [.. group.Value.ToArray().Select(value => (double)value)];
        float[] dw = group.Gradient.ToArray();
        var v = new double[w.Length];
        foreach ((double rate, double momentum) in Steps)
        {
            for (int i = 0; i < w.Length; i++)
            {
                double step = rate * group.RateMultiplier;
                double g = dw[i] + (Decay * group.DecayMultiplier * w[i]);
                v[i] = (momentum * v[i]) + (form == SgdForm.Caffe ? step * g : g);
                w[i] -= form == SgdForm.Caffe ? v[i] : step * v[i];
            }
        }

        return w;
    }
}

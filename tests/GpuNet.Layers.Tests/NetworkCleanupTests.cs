using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests;

/// <summary>Every layer that was opened is closed once, whether the network is disposed or could not be made.</summary>
public sealed class NetworkCleanupTests
{
    private readonly List<string> closed = [];

    [SetUp]
    public void Forget() => closed.Clear();

    [Test]
    public void A_network_that_is_disposed_closes_its_layers()
    {
        Compile(new Watched("last", closed)).Dispose();
        Assert.That(closed, Is.EqualTo(new[] { "first", "second", "last" }));
    }

    [Test]
    public void A_layer_that_fails_to_open_closes_those_before_it()
    {
        Assert.That(() => Compile(new Watched("last", closed) { FailsToOpen = true }), Throws.TypeOf<Failure>());
        Assert.That(closed, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public void A_layer_that_fails_to_be_wrapped_is_closed_with_those_before_it()
    {
        Assert.That(() => Compile(new Watched("last", closed), (layer, bound) => layer.Name == "second" ? throw new Failure() : bound), Throws.TypeOf<Failure>());
        Assert.That(closed, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public void A_wrapping_that_returns_null_is_refused_and_its_layer_closed()
    {
        Assert.That(
            () => Compile(new Watched("last", closed), (layer, bound) => layer.Name == "second" ? null! : bound),
            Throws.TypeOf<NetworkException>().With.Message.StartsWith("second: Decorate returned null"));
        Assert.That(closed, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public void First_values_that_fail_to_be_drawn_close_every_layer()
    {
        Assert.That(() => Compile(new Watched("last", closed) { Parameter = new FailingFiller() }), Throws.TypeOf<Failure>());
        Assert.That(closed, Is.EqualTo(new[] { "first", "second", "last" }));
    }

    private Network Compile(Layer last, Func<Layer, BoundLayer, BoundLayer>? decorate = null)
    {
        var net = new NetworkBuilder(new Shape(2, 4, 1, 1), classes: 4);
        var x = net.Add(new Watched("second", closed), net.Add(new Watched("first", closed), net.Input));
        net.SoftmaxLoss("loss", net.Add(last, x));
        return net.Compile(TestDevice.Open("cpu"), seed: 1, new() { Decorate = decorate });
    }

    private sealed class Failure : Exception;

    private sealed record FailingFiller : Filler
    {
        public override void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0) => throw new Failure();
    }

    private sealed class Watched(string name, List<string> closed) : Layer(name)
    {
        public bool FailsToOpen { get; init; }

        public Filler? Parameter { get; init; }

        public override Shape OutputOf(IReadOnlyList<Shape> inputs) => Single(inputs);

        public override IReadOnlyList<ParameterDefinition> ParametersOf(IReadOnlyList<Shape> inputs) =>
            Parameter is null ? [] : [new("values", inputs[0], Parameter)];

        public override BoundLayer Open(LayerContext context) =>
            FailsToOpen ? throw new Failure() : new Bound(() => closed.Add(Name));

        private sealed class Bound(Action close) : BoundLayer
        {
            public override void Forward(LayerTensors t, Pass pass)
            {
            }

            public override void Backward(LayerTensors t, Pass pass)
            {
            }

            public override void Dispose()
            {
                close();
                base.Dispose();
            }
        }
    }
}

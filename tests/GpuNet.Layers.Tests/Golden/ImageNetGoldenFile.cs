using System.Text.Json;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Models;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>Golden values of one of the ImageNet networks and one crop, written by tests/golden/imagenet.py.</summary>
internal sealed class ImageNetGoldenFile
{
    private readonly string network;
    private readonly Shape input;
    private readonly int classes;
    private readonly uint inputStream;
    private readonly JsonElement weightScales;
    private readonly Dictionary<string, double> losses;
    private readonly Dictionary<string, GoldenTensor> scores;

    public ImageNetGoldenFile(string name)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", $"{name}.json"))).RootElement;
        network = json.GetProperty("network").GetString()!;
        int crop = json.GetProperty("crop").GetInt32();
        input = new(json.GetProperty("batch").GetInt32(), 3, crop, crop);
        classes = json.GetProperty("classes").GetInt32();
        inputStream = json.GetProperty("inputStream").GetUInt32();
        weightScales = json.GetProperty("weightScales");
        losses = json.GetProperty("losses").EnumerateObject().ToDictionary(loss => loss.Name, loss => loss.Value.GetDouble());
        scores = GoldenTensor.AllOf(json.GetProperty("scores"));
        Gradients = GoldenTensor.AllOf(json.GetProperty("gradients"));
    }

    /// <summary>The seed of the dropout masks.</summary>
    public static ulong Seed => 1;

    /// <summary>The gradients of the weighted sum of the losses, by parameter.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Gradients { get; }

    public NetworkBuilder Build() => network switch
    {
        "alexnet" => AlexNet.Build(input, classes),
        "caffenet" => CaffeNet.Build(input, classes),
        _ => GoogLeNet.Build(input, classes),
    };

    /// <summary>Sets the input, the labels and every parameter to what the script computes with.</summary>
    public void Fill(Network network)
    {
        network.Input.CopyFrom(GoldenHash.Values(inputStream, network.Input.Length, 128));
        network.Labels.CopyFrom([.. Enumerable.Range(0, input.N).Select(i => (float)((7 * i + 3) % classes))]);
        for (int i = 0; i < network.Parameters.Count; i++)
        {
            var parameter = network.Parameters[i];
            string[] name = parameter.Name.Split('.');
            double scale = name[1] == "weights" ? weightScales.GetProperty(name[0]).GetDouble() : 0.125;
            parameter.Value.CopyFrom(GoldenHash.Values((uint)(100 + i), parameter.Value.Length, scale));
        }
    }

    /// <summary>Asserts that after a forward pass each loss and each head's scores err by at most a share of the loss, or of the largest score.</summary>
    public void CompareForward(Network network, double tolerance)
    {
        Assert.That(losses, Is.Not.Empty);
        foreach (var (layer, loss) in losses)
            Assert.That(network.ReadLoss(layer).Loss, Is.EqualTo(loss).Within(tolerance * loss), layer);
        foreach (var (layer, expected) in scores)
            expected.Compare(network.Activation(layer), tolerance, layer);
    }
}

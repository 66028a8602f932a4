using System.Text.Json;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>Golden values of one network and batch size, written by tests/golden/cifar10.py.</summary>
internal sealed class GoldenFile
{
    private readonly JsonElement weightScales;
    private readonly uint inputStream;

    public GoldenFile(string network, int batch)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "golden", $"{network}.n{batch}.json");
        var json = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        weightScales = json.GetProperty("weightScales");
        inputStream = json.GetProperty("inputStream").GetUInt32();
        Loss = json.GetProperty("loss").GetDouble();
        Activations = GoldenTensor.AllOf(json.GetProperty("activations"));
        ActivationGradients = GoldenTensor.AllOf(json.GetProperty("activationGradients"));
        ParameterGradients = GoldenTensor.AllOf(json.GetProperty("parameterGradients"));
        ParametersAfter = GoldenTensor.AllOf(json.GetProperty("parametersAfter"));
        Rates = [.. json.GetProperty("rates").EnumerateArray().Select(value => value.GetDouble())];
        Losses = [.. json.GetProperty("losses").EnumerateArray().Select(value => value.GetDouble())];
        Momentum = json.GetProperty("momentum").GetDouble();
        Decay = json.GetProperty("decay").GetDouble();
    }

    public double Loss { get; }

    public IReadOnlyDictionary<string, GoldenTensor> Activations { get; }

    public IReadOnlyDictionary<string, GoldenTensor> ActivationGradients { get; }

    public IReadOnlyDictionary<string, GoldenTensor> ParameterGradients { get; }

    /// <summary>The parameters' values after all steps.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> ParametersAfter { get; }

    /// <summary>Learning rates of the steps.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>The loss before each step.</summary>
    public IReadOnlyList<double> Losses { get; }

    public double Momentum { get; }

    public double Decay { get; }

    /// <summary>Sets the input, the labels and every parameter to what the script starts from.</summary>
    public void Fill(Network network)
    {
        network.Input.CopyFrom(GoldenHash.Values(inputStream, network.Input.Length, 128));
        network.Labels.CopyFrom([.. Enumerable.Range(0, network.Labels.Shape.N).Select(i => (float)((7 * i + 3) % 10))]);
        string[] layers = [.. Activations.Keys];
        foreach (var parameter in network.Parameters)
        {
            var (layer, kind) = (parameter.Name.Split('.')[0], parameter.Name.Split('.')[1]);
            uint stream = (uint)(100 + 2 * Array.IndexOf(layers, layer));
            parameter.Value.CopyFrom(kind == "weights"
                ? GoldenHash.Values(stream, parameter.Value.Length, weightScales.GetProperty(layer).GetDouble())
                : GoldenHash.Values(stream + 1, parameter.Value.Length, 0.125));
        }
    }
}

using GpuNet.Kernels.Tensors;

namespace GpuNet.Training.Checkpoints;

/// <summary>
/// The names under which files hold the parameters of a network, which has <c>conv1.weights</c> and <c>conv1.bias</c>: PyTorch writes
/// <c>conv1.weight</c>, the networks of the ONNX model zoo that came from Caffe <c>conv1_w_0</c> and <c>conv1_b_0</c>.
/// </summary>
internal sealed class ParameterNames
{
    private const string Weights = ".weights", Bias = ".bias";

    private static readonly string[] WeightsEnds = [Weights, ".weight", "_w_0", "_w", "_W"];
    private static readonly string[] BiasEnds = [Bias, "_b_0", "_b", "_B"];

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> positions;

    /// <summary>Lists the names.</summary>
    /// <param name="parameters">Name and shape of each parameter of the network.</param>
    /// <param name="auxiliaryLayers">Layers that a file may have and the network does not.</param>
    public ParameterNames(IReadOnlyList<(string Name, Shape Shape)> parameters, IReadOnlyList<string> auxiliaryLayers)
    {
        var names = new Dictionary<string, int>();
        for (int i = 0; i < parameters.Count; i++)
        {
            string name = parameters[i].Name;
            bool isWeights = name.EndsWith(Weights, StringComparison.Ordinal), isBias = name.EndsWith(Bias, StringComparison.Ordinal);
            names.TryAdd(name, i);
            foreach (string end in isWeights ? WeightsEnds : isBias ? BiasEnds : [])
                names.TryAdd(name[..name.LastIndexOf('.')] + end, i);
        }

        foreach (string name in auxiliaryLayers.SelectMany(layer => WeightsEnds.Concat(BiasEnds).Select(end => layer + end)))
            names.TryAdd(name, PassedOver);
        positions = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The position of what belongs to an auxiliary layer.</summary>
    public static int PassedOver => -1;

    /// <summary>Finds the parameter of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="position">Its position, or <see cref="PassedOver"/>.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(ReadOnlySpan<char> name, out int position) => positions.TryGetValue(name, out position);
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Checkpoints;

namespace GpuNet.Training.Interchange;

/// <summary>Where in a file the values of a network's parameters lie: found first, all of them checked, and only then read.</summary>
/// <param name="path">The file's path, for messages.</param>
/// <param name="parameters">Name and shape of each parameter of the network.</param>
internal sealed class StoredParameters(string path, IReadOnlyList<(string Name, Shape Shape)> parameters)
{
    private readonly StoredTensor?[] tensors = new StoredTensor?[parameters.Count];
    private string? other;

    /// <summary>Where a parameter lies.</summary>
    public StoredTensor this[int parameter] => tensors[parameter]!.Value;

    /// <summary>Takes a parameter that was found.</summary>
    /// <exception cref="WeightsException">It was found before, or its shape or number of values is not the network's.</exception>
    public void Add(int parameter, StoredTensor tensor, Dimensions dimensions, long count)
    {
        var (name, shape) = parameters[parameter];
        if (tensors[parameter] is not null)
            throw new WeightsException($"weights file '{path}' has {name} twice. Give a file that has each parameter once.");
        if (!dimensions.Fit(shape))
            throw new WeightsException($"weights file '{path}': {name} has shape {dimensions}, but the network's is [{shape.N},{shape.C},{shape.H},{shape.W}]. Give the --input and --classes that the file was made for, or a file of the same model.");
        if (count != shape.Length)
            throw new WeightsException($"weights file '{path}': {name} has shape {dimensions}, which is {shape.Length} values, but there are {count}. The file is damaged.");
        tensors[parameter] = tensor;
    }

    /// <summary>Takes the name of something that the network does not have.</summary>
    public void AddOther(ReadOnlySpan<char> name) => other ??= name.ToString();

    /// <summary>Checks that all were found and nothing else.</summary>
    /// <exception cref="WeightsException">One is missing, or there are others.</exception>
    public void ThrowUnlessComplete()
    {
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i] is null)
                throw new WeightsException($"weights file '{path}' has no {parameters[i].Name}{(other is null ? "" : $", but '{other}'")}. Give a file of the same model.");
        }

        if (other is not null)
            throw new WeightsException($"weights file '{path}' has '{other}', which the network does not have. Give a file of the same model.");
    }
}

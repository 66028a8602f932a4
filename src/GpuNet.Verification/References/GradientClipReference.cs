namespace GpuNet.Verification.References;

/// <summary>Clipping by the global norm in double precision.</summary>
public static class GradientClipReference
{
    /// <summary>√Σ g² over all tensors.</summary>
    /// <param name="gradients">The tensors' values.</param>
    /// <returns>The norm.</returns>
    public static double Norm(IEnumerable<double[]> gradients) => Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => value * value)));

    /// <summary>Multiplies by most / norm where the norm is above it.</summary>
    /// <param name="gradients">The tensors' values.</param>
    /// <param name="most">The largest norm that is left as it is.</param>
    /// <returns>The clipped values.</returns>
    public static double[][] Clip(IReadOnlyList<double[]> gradients, double most)
    {
        double norm = Norm(gradients);
        return norm > most ? [.. gradients.Select(gradient => Array.ConvertAll(gradient, value => value * most / norm))] : [.. gradients];
    }
}

namespace GpuNet.Verification.References;

/// <summary>The gradient of the ReLU below a layer, which a layer's backward pass may fold into its own.</summary>
public static class ReluMaskReference
{
    /// <summary>Values to mask by: above 0 and below, exact zeros of both signs, and NaN.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The values.</returns>
    public static double[] Masks(long count)
    {
        double[] values = Values.Uniform(count, 77);
        for (int i = 0; i < values.Length; i++)
            values[i] = (i % 11) switch { 3 => 0, 5 => -0.0, 7 => double.NaN, _ => values[i] };
        return values;
    }

    /// <summary>The gradient where the mask is above 0, elsewhere 0.</summary>
    /// <param name="gradient">Gradient of the ReLU's output.</param>
    /// <param name="mask">The ReLU's output.</param>
    /// <returns>The gradient of the ReLU's input.</returns>
    public static double[] Apply(double[] gradient, double[] mask) => [.. gradient.Zip(mask, (g, y) => y > 0 ? g : 0)];
}

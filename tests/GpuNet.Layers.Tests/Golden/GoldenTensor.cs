using System.Text.Json;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Tests.Golden;

/// <summary>A tensor of a golden file: evenly spaced values, the sum, the sum of squares, the largest magnitude.</summary>
internal sealed class GoldenTensor
{
    private readonly Shape shape;
    private readonly int step;
    private readonly double[] sample;
    private readonly double sum, squares, largest;

    public GoldenTensor(JsonElement json)
    {
        int[] sizes = [.. json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        shape = new Shape(sizes[0], sizes[1], sizes[2], sizes[3]);
        step = json.GetProperty("step").GetInt32();
        sample = [.. json.GetProperty("sample").EnumerateArray().Select(value => value.GetDouble())];
        sum = json.GetProperty("sum").GetDouble();
        squares = json.GetProperty("squares").GetDouble();
        largest = json.GetProperty("largest").GetDouble();
    }

    /// <summary>The tensors of an object, by name.</summary>
    public static Dictionary<string, GoldenTensor> AllOf(JsonElement json) =>
        json.EnumerateObject().ToDictionary(property => property.Name, property => new GoldenTensor(property.Value));

    /// <summary>Asserts that each value errs by at most a share of the largest one; the sums err by what follows from that.</summary>
    public void Compare(Tensor actual, double tolerance, string what)
    {
        Assert.That(actual.Shape, Is.EqualTo(shape), what);
        float[] values = actual.ToArray();
        double error = tolerance * largest;
        for (int i = 0; i < sample.Length; i++)
        {
            if (!(Math.Abs(values[i * step] - sample[i]) <= error))
                Assert.Fail($"{what}[{i * step}] is {values[i * step]:R}, PyTorch says {sample[i]:R} ± {error:G3}");
        }

        double n = values.Length;
        Assert.That(values.Sum(value => (double)value), Is.EqualTo(sum).Within(n * error), $"{what}: sum");
        // |‖a‖² − ‖b‖²| ≤ (2‖b‖ + ‖a − b‖)·‖a − b‖.
        double distance = Math.Sqrt(n) * error;
        Assert.That(values.Sum(value => (double)value * value), Is.EqualTo(squares).Within((2 * Math.Sqrt(squares) + distance) * distance), $"{what}: sum of squares");
        Assert.That(values.Max(value => Math.Abs((double)value)), Is.EqualTo(largest).Within(error), $"{what}: largest");
    }

    /// <summary>Asserts that the length of the vector of all values errs by at most a share of it. Unlike a sample it sees every value, and unlike the sums above it does not
    /// have to allow for each of them erring as much as the worst.</summary>
    public void CompareNorm(Tensor actual, double tolerance, string what)
    {
        double norm = Math.Sqrt(actual.ToArray().Sum(value => (double)value * value));
        Assert.That(norm, Is.EqualTo(Math.Sqrt(squares)).Within(tolerance * Math.Sqrt(squares)), $"{what}: norm");
    }
}

using System.Globalization;
using GpuNet.Kernels.Random;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Initialization;

/// <summary>
/// How a parameter gets its first values. They are computed on the host, in double precision, from (seed, stream, position), so that every
/// device starts from the same bits.
/// </summary>
public abstract record Filler
{
    private protected Filler()
    {
    }

    private const int PartLength = 1 << 12;

    /// <summary>Caffe's <c>xavier</c>: uniform in ±√(3/fan-in).</summary>
    public static Filler Xavier { get; } = new XavierFiller();

    /// <summary>Caffe's <c>msra</c>: normal with deviation √(2/fan-in).</summary>
    public static Filler Msra { get; } = new MsraFiller();

    /// <summary>Every value the same.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The filler.</returns>
    public static Filler Constant(double value) => new ConstantFiller(value);

    /// <summary>Normally distributed values.</summary>
    /// <param name="mean">Their mean.</param>
    /// <param name="standardDeviation">Their standard deviation, at least 0.</param>
    /// <returns>The filler.</returns>
    public static Filler Gaussian(double mean, double standardDeviation) => new GaussianFiller(mean, standardDeviation);

    /// <summary>Computes a parameter's initial values, or some of them: a value depends on its position alone.</summary>
    /// <param name="values">Where they go, at least 1.</param>
    /// <param name="shape">The parameter's shape: for weights (outputs, inputs per group, height, width), so that fan-in is count / N.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Tells the parameters of a network apart.</param>
    /// <param name="first">The position of the first of <paramref name="values"/> in the parameter.</param>
    /// <exception cref="ShapeException">There are no values, or they reach past the shape's.</exception>
    public abstract void Fill(Memory<float> values, Shape shape, ulong seed, ulong stream, long first = 0);

    private protected static double FanIn(Shape shape) => (double)shape.Length / shape.N;

    private protected static void FillUniform(Memory<float> values, double bound, ulong seed, ulong stream, long first) =>
        FillEach(values, first, i => (float)(bound * (2 * Philox.UniformDouble(seed, stream, (ulong)i) - 1)));

    private protected static void FillGaussian(Memory<float> values, double mean, double standardDeviation, ulong seed, ulong stream, long first) =>
        FillEach(values, first, i => (float)(mean + standardDeviation * Philox.Gaussian(seed, stream, (ulong)i)));

    // On all threads: AlexNet has 61 million.
    private static void FillEach(Memory<float> values, long first, Func<long, float> at) =>
        Parallel.For(0, (values.Length + PartLength - 1) / PartLength, part =>
        {
            int start = part * PartLength;
            var some = values.Span[start..Math.Min(values.Length, start + PartLength)];
            for (int i = 0; i < some.Length; i++)
                some[i] = at(first + start + i);
        });

    private protected static void RequireWithin(string who, Memory<float> values, Shape shape, long first)
    {
        if (values.IsEmpty || first < 0 || first > shape.Length - values.Length)
            throw new ShapeException($"{who}: {values.Length} values from position {first} of a parameter of {shape} ({shape.Length} values); there must be at least 1, and all within the parameter. Pass a span of at most the parameter's length.");
    }

    private protected static double RequireFinite(string who, string what, double value, double least = double.NegativeInfinity) =>
        double.IsFinite(value) && value >= least
            ? value
            : throw new ArgumentOutOfRangeException(what, string.Create(CultureInfo.InvariantCulture, $"{who}: {what} is {value}; it must be finite{(least == 0 ? " and at least 0" : "")}."));
}

using System.Globalization;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Verification;

/// <summary>
/// The tensors of one case of the self-test, and what its comparisons found. Around each tensor lie values that nobody may write, and a
/// tensor for a result is NaN until it is written.
/// </summary>
public sealed class SelfTestRoom : IDisposable
{
    /// <summary>Of a longer result, a sample is compared where the reference costs a sum a value; the rest must have been written.</summary>
    public const int LongestWhole = 4096;

    // The sample: both ends, where tiles are cut off, and values from everywhere.
    private const int Ends = 256, Scattered = 1536;

    // Values before and behind each tensor: a multiple of the arena's alignment, and more than two of the widest tiles.
    private const int Guard = 128;

    // The bits of a quiet NaN, so that a value read from a guard shows in the result too.
    private const int GuardBits = 0x7FC0_0000;

    private readonly List<Arena> arenas = [];
    private readonly List<Tensor> guarded = [];
    private double worstRatio = -1;

    /// <summary>Makes an empty room.</summary>
    /// <param name="session">The device.</param>
    public SelfTestRoom(DeviceSession session) => Session = session;

    /// <summary>The device.</summary>
    public DeviceSession Session { get; }

    /// <summary>Every tensor with what lies around it, in the order they were made.</summary>
    internal IReadOnlyList<Tensor> Guarded => guarded;

    internal double Error { get; private set; } = double.NaN;

    internal double Tolerance { get; private set; } = double.NaN;

    internal string? Problem { get; private set; }

    /// <summary>A tensor filled with values.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its values, NCHW, which float32 holds exactly.</param>
    /// <returns>The tensor, valid until the case ends.</returns>
    public Tensor Tensor(Shape shape, double[] values) => Make(shape, Array.ConvertAll(values, value => (float)value));

    /// <summary>A tensor for a result, filled with NaN.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>The tensor, valid until the case ends.</returns>
    public Tensor Empty(Shape shape)
    {
        var values = new float[shape.Length];
        Array.Fill(values, float.NaN);
        return Make(shape, values);
    }

    /// <summary>Scratch memory for an op.</summary>
    /// <param name="length">Values that it needs; 0 for none.</param>
    /// <returns>The tensor, valid until the case ends.</returns>
    public Tensor Workspace(long length) => Empty(Shape.Vector((int)length));

    /// <summary>Holds every value against its reference.</summary>
    /// <param name="what">The tensor's name.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The result.</param>
    /// <param name="reduction">Terms summed for one value.</param>
    /// <param name="amplification">How much larger the algorithm makes rounding errors than a plain sum does.</param>
    public void Compare(string what, double[] expected, Tensor actual, long reduction, double amplification = 1) =>
        Compare(what, [.. Enumerable.Range(0, expected.Length)], expected, actual.ToArray(), Verification.Tolerance.Of(expected, reduction, amplification));

    /// <summary>Holds every value, or of more than <see cref="LongestWhole"/> a sample that is always the same, against its reference.</summary>
    /// <param name="what">The tensor's name.</param>
    /// <param name="expected">The reference of one value, by its place in NCHW order; called from several threads.</param>
    /// <param name="actual">The result.</param>
    /// <param name="reduction">Terms summed for one value.</param>
    /// <param name="amplification">How much larger the algorithm makes rounding errors than a plain sum does.</param>
    public void Compare(string what, Func<int, double> expected, Tensor actual, long reduction, double amplification = 1)
    {
        int[] places = SampleOf((int)actual.Length);
        double[] values = new double[places.Length];
        Parallel.For(0, places.Length, i => values[i] = expected(places[i]));
        Compare(what, places, values, actual.ToArray(), Verification.Tolerance.Of(values, reduction, amplification));
    }

    /// <summary>Holds every value against one that it must equal.</summary>
    /// <param name="what">The tensor's name.</param>
    /// <param name="expected">The values.</param>
    /// <param name="actual">The result.</param>
    public void CompareExactly(string what, double[] expected, Tensor actual) =>
        Compare(what, [.. Enumerable.Range(0, expected.Length)], expected, actual.ToArray(), 0);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var arena in arenas)
            arena.Dispose();
    }

    /// <summary>Checks that nothing was written around the tensors.</summary>
    internal void CheckGuards()
    {
        for (int tensor = 0; tensor < guarded.Count; tensor++)
        {
            float[] values = guarded[tensor].ToArray();
            int length = values.Length - 2 * Guard, expected = BitConverter.SingleToInt32Bits(GuardOf(tensor));
            for (int i = 0; i < values.Length; i++)
            {
                if ((i < Guard || i >= Guard + length) && BitConverter.SingleToInt32Bits(values[i]) != expected)
                {
                    Problem ??= string.Create(CultureInfo.InvariantCulture, $"{values[i]:R} was written at {i - Guard} of a tensor of {length} values, outside it");
                    return;
                }
            }
        }
    }

    // One copy for the values and what lies around them: of memory that is copied to from its middle on, oclgrind takes the end for never written.
    private Tensor Make(Shape shape, float[] values)
    {
        var arena = new Arena(Session, Arena.Footprint(Guard + values.Length + Guard));
        arenas.Add(arena);
        var whole = arena.Take(Shape.Vector(Guard + values.Length + Guard));
        var all = new float[Guard + values.Length + Guard];
        Array.Fill(all, GuardOf(guarded.Count));
        values.CopyTo(all, Guard);
        whole.CopyFrom(all);
        guarded.Add(whole);
        return whole.Slice(Guard, shape);
    }

    private void Compare(string what, int[] places, double[] expected, float[] actual, double tolerance)
    {
        double largest = 0;
        int worst = 0, off = 0;
        for (int i = 0; i < places.Length; i++)
        {
            double error = Math.Abs(actual[places[i]] - expected[i]);
            if (double.IsNaN(error))
                error = double.PositiveInfinity;
            if (error > tolerance)
                off++;
            if (error > largest)
                (largest, worst) = (error, i);
        }
        if (off > 0)
        {
            Problem ??= string.Create(CultureInfo.InvariantCulture,
                $"{what}[{places[worst]}] is {actual[places[worst]]:R}, expected {expected[worst]:R} ± {tolerance:G3}; {off} of {places.Length} values compared are off");
        }
        int unwritten = Array.FindIndex(actual, float.IsNaN);
        if (unwritten >= 0)
            Problem ??= $"{what}[{unwritten}] is NaN or was not written";
        double ratio = largest == 0 ? 0 : largest / tolerance;
        if (ratio > worstRatio)
            (worstRatio, Error, Tolerance) = (ratio, largest, tolerance);
    }

    private static int[] SampleOf(int length)
    {
        if (length <= LongestWhole)
            return [.. Enumerable.Range(0, length)];
        var random = new Random(1);
        return [.. Enumerable.Range(0, Ends), .. Enumerable.Range(0, Scattered).Select(_ => random.Next(Ends, length - Ends)), .. Enumerable.Range(length - Ends, Ends)];
    }

    // Each tensor has its own, or a copy that runs past both ends of two tensors would not show.
    private static float GuardOf(int tensor) => BitConverter.Int32BitsToSingle(GuardBits | (tensor + 1));
}

using System.Numerics;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Division by a number that is known at launch, as a product and a shift: three instructions of a GPU instead of about twenty. Exact for every
/// value of at least 0, by Granlund and Montgomery, "Division by invariant integers using multiplication" (1994), section 4.
/// </summary>
internal readonly struct Divider
{
    private readonly uint multiplier;
    private readonly int shift;

    /// <summary>Prepares the division.</summary>
    /// <param name="divisor">At least 1.</param>
    public Divider(int divisor)
    {
        // ⌊2^shift / divisor⌋ + 1 fits into 32 bits, and exceeds the quotient by less than a value below 2³¹ shows.
        shift = 31 + (divisor == 1 ? 0 : BitOperations.Log2((uint)divisor - 1) + 1);
        multiplier = (uint)((1UL << shift) / (uint)divisor + 1);
    }

    /// <summary>⌊value / divisor⌋.</summary>
    /// <param name="value">At least 0.</param>
    public int Divide(int value) => (int)((ulong)(uint)value * multiplier >> shift);
}

namespace GpuNet.Layers.Tests.Golden;

/// <summary>The numbers that the golden scripts and the tests share, so that no file stores them.</summary>
internal static class GoldenHash
{
    /// <summary>Uniform values, the same as those of <c>hashed</c> in tests/golden/cifar10.py: a 32-bit integer hash of the position, its upper 24 bits as a value in
    /// [−scale, scale).</summary>
    public static float[] Values(uint stream, long count, double scale)
    {
        float[] values = new float[count];
        for (uint i = 0; i < count; i++)
        {
            uint x = unchecked(i + stream * 0x9E3779B1);
            x ^= x >> 16;
            x = unchecked(x * 0x7FEB352D);
            x ^= x >> 15;
            x = unchecked(x * 0x846CA68B);
            x ^= x >> 16;
            values[i] = (float)(((x >> 8) / (double)(1 << 23) - 1) * scale);
        }

        return values;
    }
}

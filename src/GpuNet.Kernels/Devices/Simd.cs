using System.Runtime.Intrinsics;

namespace GpuNet.Kernels.Devices;

/// <summary>The widest SIMD vectors that this process may use; the environment can switch the wider ones off.</summary>
public static class Simd
{
    /// <summary>Bits of a vector: 512, 256 or 128.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Floats in a vector: 16, 8 or 4.</summary>
    public static int Width => VectorBits / 32;

    /// <summary>Reads as <c>512-bit SIMD</c>.</summary>
    public static string Description => $"{VectorBits}-bit SIMD";
}

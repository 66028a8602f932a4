using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuNet.Kernels.Tiles;

/// <summary>Copies the few values of a tile's row: two overlapping vectors for any count that fits.</summary>
internal static class ShortCopy
{
    /// <summary>Copies 1 to 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(ref float source, ref float destination, int count)
    {
        if (count >= 8)
        {
            Vector256.LoadUnsafe(ref source).StoreUnsafe(ref destination);
            Vector256.LoadUnsafe(ref source, (nuint)count - 8).StoreUnsafe(ref destination, (nuint)count - 8);
        }
        else if (count >= 4)
        {
            Vector128.LoadUnsafe(ref source).StoreUnsafe(ref destination);
            Vector128.LoadUnsafe(ref source, (nuint)count - 4).StoreUnsafe(ref destination, (nuint)count - 4);
        }
        else
        {
            for (int i = 0; i < count; i++)
                Unsafe.Add(ref destination, i) = Unsafe.Add(ref source, i);
        }
    }
}

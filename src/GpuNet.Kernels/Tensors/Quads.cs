using GpuNet.Kernels.Devices;
using ILGPU;

namespace GpuNet.Kernels.Tensors;

/// <summary>Loads of four floats.</summary>
internal static class Quads
{
    /// <summary>Whether a view starts where four floats may be loaded at once; device memory itself always does.</summary>
    public static bool IsAligned(ArrayView<float> view) => IndexOf(view) % 4 == 0;

    /// <summary>Four floats from a multiple of 4 on, of a view that starts at a multiple of 16 bytes.</summary>
    public static Quad Quad(this ArrayView<float> values, int at) => values.Cast<Quad>()[at >>> 2];

    /// <summary>The same if a condition holds, else zeros, from no memory at all.</summary>
    public static Quad QuadIf(this ArrayView<float> values, int at, bool condition)
    {
        var quads = values.Cast<Quad>();
        return GlobalMemoryIntrinsics.LoadIf(ref quads[0], at >>> 2, values.Length, condition);
    }

    /// <summary>A value if a condition holds, else 0, from no memory at all.</summary>
    public static float ValueIf(this ArrayView<float> values, int at, bool condition) =>
        GlobalMemoryIntrinsics.LoadIf(ref values[0], at, values.Length, condition);

    /// <summary>Four values from places of their own if a condition holds, else zeros, from no memory at all.</summary>
    public static Quad QuadIf(this ArrayView<float> values, int at0, int at1, int at2, int at3, bool condition) => new()
    {
        V0 = values.ValueIf(at0, condition),
        V1 = values.ValueIf(at1, condition),
        V2 = values.ValueIf(at2, condition),
        V3 = values.ValueIf(at3, condition),
    };

    // Through the constraint: the property is private to the interface, and a cast would box.
    private static long IndexOf<TView>(TView view)
        where TView : struct, IContiguousArrayView => view.Index;
}

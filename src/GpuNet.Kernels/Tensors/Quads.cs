using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.Tensors;

/// <summary>Loads of four floats.</summary>
internal static class Quads
{
    /// <summary>Whether a view starts where four floats may be loaded at once; device memory itself always does.</summary>
    public static bool IsAligned(ArrayView<float> view) => IndexOf(view) % 4 == 0;

    /// <summary>Four floats from a multiple of 4 on, of a view that starts at a multiple of 16 bytes.</summary>
    public static Quad Quad(this ArrayView<float> values, int at) => values.Cast<Quad>()[at >>> 2];

    /// <summary>The values, or 0.</summary>
    public static Quad KeepIf(this Quad quad, bool condition) => new()
    {
        V0 = Utilities.Select(condition, quad.V0, 0f),
        V1 = Utilities.Select(condition, quad.V1, 0f),
        V2 = Utilities.Select(condition, quad.V2, 0f),
        V3 = Utilities.Select(condition, quad.V3, 0f),
    };

    // Through the constraint: the property is private to the interface, and a cast would box.
    private static long IndexOf<TView>(TView view)
        where TView : struct, IContiguousArrayView => view.Index;
}

using System.Runtime.CompilerServices;
using ILGPU.IR;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// Lets ILGPU 1.5.3 open OpenCL devices without the generic address space, as most of OpenCL 3.0's are. ILGPU asks for it because the pointer
/// inside a view is generic in its code. Every pointer that our kernels pass around is a global one, or a local one that ILGPU infers to be
/// local and does not keep in a view, so such a pointer may as well be declared global. A kernel that needed a generic pointer would not
/// compile: OpenCL C knows no conversion from local to global.
/// </summary>
internal static class GenericAddressSpace
{
    /// <summary>Accepts every device, whether it has the generic address space or not; a predicate for the context's builder.</summary>
    public static bool Accept(CLDevice device)
    {
        if (!device.Capabilities.GenericAddressSpace)
        {
            // ILGPU has one table for the process. Devices that have the generic address space run the changed code as well.
            Prefixes(null)[(int)MemoryAddressSpace.Generic] = "global";
            SetGenericAddressSpace(device.Capabilities, true);
        }

        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "AddressSpacePrefixes")]
    private static extern ref string[] Prefixes([UnsafeAccessorType("ILGPU.Backends.OpenCL.CLInstructions, ILGPU")] object? type);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_GenericAddressSpace")]
    private static extern void SetGenericAddressSpace(CLCapabilityContext capabilities, bool value);
}

using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// The event of a marker in an OpenCL queue. ILGPU loads the same library, but makes none of these functions public.
/// </summary>
internal sealed partial class OpenClStreamMark : StreamMark
{
    private const string Library = "OpenCL";

    private nint mark;

    // Flushed too: a queue may lie idle until somebody asks for a result, and nobody does for many iterations.
    public override void Set(AcceleratorStream stream)
    {
        Dispose();
        nint queue = ((CLStream)stream).CommandQueue;
        CLException.ThrowIfFailed(EnqueueMarker(queue, 0, 0, out mark));
        CLException.ThrowIfFailed(CLAPI.CurrentAPI.FlushCommandQueue(queue));
    }

    public override void Wait()
    {
        if (mark != 0)
            CLException.ThrowIfFailed(WaitForEvents(1, in mark));
    }

    public override void Dispose()
    {
        if (mark == 0)
            return;
        nint released = mark;
        mark = 0;
        CLException.ThrowIfFailed(ReleaseEvent(released));
    }

    [LibraryImport(Library, EntryPoint = "clEnqueueMarkerWithWaitList")]
    private static partial CLError EnqueueMarker(nint queue, uint waitedForCount, nint waitedFor, out nint mark);

    [LibraryImport(Library, EntryPoint = "clWaitForEvents")]
    private static partial CLError WaitForEvents(uint count, in nint events);

    [LibraryImport(Library, EntryPoint = "clReleaseEvent")]
    private static partial CLError ReleaseEvent(nint mark);
}

using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Devices;

/// <summary>
/// A place in a stream that the host can wait for, without waiting for what was launched after it. It is set again and again; one that was never
/// set is reached. (ILGPU's profiling markers are objects made anew each time, and on OpenCL the host waits for them at once.)
/// </summary>
internal abstract class StreamMark : IDisposable
{
    /// <summary>Makes the mark of a device's kind.</summary>
    public static StreamMark Of(DeviceSession session) => session.Accelerator switch
    {
        CudaAccelerator cuda => new CudaStreamMark(cuda),
        CLAccelerator => new OpenClStreamMark(),
        _ => new QueueMark(session),
    };

    /// <summary>Sets the mark behind everything launched to a stream so far.</summary>
    public abstract void Set(AcceleratorStream stream);

    /// <summary>Waits until the device has come to the mark.</summary>
    public abstract void Wait();

    /// <summary>Frees the mark.</summary>
    public abstract void Dispose();

    // A CPU session's stream is its queue of tiles; elsewhere on the processor a launch returns when it is done.
    private sealed class QueueMark(DeviceSession session) : StreamMark
    {
        private long runs = -1;

        public override void Set(AcceleratorStream stream) => runs = session.QueueRuns;

        public override void Wait()
        {
            if (runs == session.QueueRuns)
                session.Flush();
        }

        public override void Dispose()
        {
        }
    }
}

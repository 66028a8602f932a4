using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuNet.Kernels.Devices;

/// <summary>A CUDA event without timing, so that recording it costs next to nothing.</summary>
internal sealed class CudaStreamMark : StreamMark
{
    private readonly CudaAccelerator accelerator;
    private nint mark;

    public CudaStreamMark(CudaAccelerator accelerator)
    {
        this.accelerator = accelerator;
        accelerator.Bind();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.CreateEvent(out mark, CudaEventFlags.CU_EVENT_DISABLE_TIMING));
    }

    public override void Set(AcceleratorStream stream)
    {
        accelerator.Bind();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.RecordEvent(mark, ((CudaStream)stream).StreamPtr));
    }

    // CUDA says of an event that was never recorded that it is reached.
    public override void Wait()
    {
        accelerator.Bind();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.SynchronizeEvent(mark));
    }

    public override void Dispose()
    {
        if (mark == 0)
            return;
        accelerator.Bind();
        nint destroyed = mark;
        mark = 0;
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.DestroyEvent(destroyed));
    }
}

namespace GpuNet.Kernels.Devices;

/// <summary>What kind of device a session runs on.</summary>
public enum DeviceKind
{
    /// <summary>The processor's cores, through ILGPU's CPU accelerator and SIMD tile kernels.</summary>
    Cpu,

    /// <summary>A GPU simulated on the processor, thread by thread, with the portable kernels: for tests, very slow.</summary>
    SimulatedGpu,

    /// <summary>An OpenCL device.</summary>
    OpenCL,

    /// <summary>An Nvidia GPU through CUDA.</summary>
    Cuda,
}

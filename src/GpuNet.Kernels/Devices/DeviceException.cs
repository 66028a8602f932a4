namespace GpuNet.Kernels.Devices;

/// <summary>A device that is unknown, cannot be used, fails to open, has too little memory, or fails in the middle of its work.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Makes the error with its one-line message.</summary>
    /// <param name="message">The device, what is wrong, the way out.</param>
    public DeviceException(string message) : base(message)
    {
    }

    /// <summary>Makes the error with its one-line message and the cause.</summary>
    /// <param name="message">The device, what is wrong, the way out.</param>
    /// <param name="cause">What the driver or ILGPU threw.</param>
    public DeviceException(string message, Exception cause) : base(message, cause)
    {
    }
}

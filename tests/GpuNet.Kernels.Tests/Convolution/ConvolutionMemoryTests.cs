using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.Convolution;

public sealed class ConvolutionMemoryTests
{
    // From too little for the first table to enough for all but the last one.
    [Test]
    public void What_a_convolution_took_before_memory_ran_out_is_given_back([Range(1000, 10000, 500)] int bytes)
    {
        using var session = TestDevice.OpenSmall(bytes, bytes);
        var geometry = new ConvolutionGeometry(new(1, 8, 12, 12), 8, 3, 1, 1, 1, 1);
        try
        {
            new ConvolutionOp(session, geometry).Dispose();
        }
        catch (DeviceException missing)
        {
            Assert.That(missing.Message, Does.Contain("could not give"));
        }
        Assert.That(session.HeldBytes, Is.Zero);
    }

    [Test]
    public void A_convolution_whose_tables_do_not_fit_is_refused()
    {
        using var session = TestDevice.OpenSmall(2500, 2500);
        Assert.That(() => new ConvolutionOp(session, new ConvolutionGeometry(new(1, 8, 12, 12), 8, 3, 1, 1, 1, 1)), Throws.TypeOf<DeviceException>());
    }
}

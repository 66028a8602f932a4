using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.Cases;

namespace GpuNet.Verification;

/// <summary>Every op, forward and backward, held against its double-precision reference on a device: the first thing to run on a new one.</summary>
public static class SelfTest
{
    /// <summary>All cases: odd shapes that are small, and layers of cifar10, AlexNet and GoogLeNet with few images.</summary>
    public static IReadOnlyList<SelfTestCase> Cases { get; } =
    [
        .. ImageBatchCases.All,
        .. MatrixMultiplyCases.All,
        .. GemmVariantCases.All,
        .. InnerProductCases.All,
        .. ConvolutionCases.All,
        .. PoolingCases.All,
        .. LocalResponseNormCases.All,
        .. ConcatenationCases.All,
        .. PointwiseCases.All,
        .. SoftmaxLossCases.All,
        .. GradientClipCases.All,
        .. OptimizerCases.All,
    ];

    /// <summary>Runs one case. What goes wrong is in the result, whatever it is.</summary>
    /// <param name="session">The device.</param>
    /// <param name="test">The case.</param>
    /// <returns>What it found.</returns>
    public static SelfTestResult Run(DeviceSession session, SelfTestCase test)
    {
        var room = new SelfTestRoom(session);
        try
        {
            test.Run(room);
            room.CheckGuards();
            room.Dispose();
            return new(test, room.Error, room.Tolerance, room.Problem ?? (double.IsNaN(room.Error) ? "nothing was compared" : null));
        }
        catch (Exception error)
        {
            FreeWhatCanBe(room);
            return new(test, room.Error, room.Tolerance, $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Whether the device still takes, keeps and gives back values; after a failed case, since some failures end a driver's context.</summary>
    /// <param name="session">The device.</param>
    /// <returns>Whether the next case is worth running.</returns>
    public static bool IsAlive(DeviceSession session)
    {
        try
        {
            session.Synchronize();
            using var arena = new Arena(session, Arena.Footprint(3));
            var tensor = arena.Take(Shape.Vector(3));
            tensor.CopyFrom([1, 2, 3]);
            return tensor.ToArray() is [1, 2, 3];
        }
        catch (Exception)
        {
            return false;
        }
    }

    // A driver that has failed may refuse this too, and the first failure is the one to report.
    private static void FreeWhatCanBe(SelfTestRoom room)
    {
        try
        {
            room.Dispose();
        }
        catch (Exception)
        {
        }
    }
}

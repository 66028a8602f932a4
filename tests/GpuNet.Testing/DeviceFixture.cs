using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Testing;

/// <summary>A test class that runs once for every kind of device session; each test has an arena of its own.</summary>
/// <param name="device">One of <see cref="TestDevice.All"/>.</param>
[TestFixtureSource(typeof(TestDevice), nameof(TestDevice.All))]
public abstract class DeviceFixture(string device)
{
    private const long ArenaCapacity = 1 << 22;
    private Arena? arena;

    /// <summary>The session.</summary>
    protected DeviceSession Session { get; private set; } = null!;

    /// <summary>The id of the device.</summary>
    protected string Device { get; } = device;

    /// <summary>Opens the session, or skips the fixture.</summary>
    [OneTimeSetUp]
    public void OpenSession() => Session = TestDevice.Open(Device);

    /// <summary>Frees the test's tensors.</summary>
    [TearDown]
    public void FreeArena()
    {
        arena?.Dispose();
        arena = null;
    }

    /// <summary>A tensor filled with values.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its values, NCHW.</param>
    /// <returns>The tensor, valid until the test ends.</returns>
    protected Tensor Tensor(Shape shape, IReadOnlyList<double> values)
    {
        var tensor = Empty(shape);
        tensor.CopyFrom([.. values.Select(value => (float)value)]);
        return tensor;
    }

    /// <summary>A tensor for a result, filled with NaN so that a value that was never written shows.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>The tensor, valid until the test ends.</returns>
    protected Tensor Empty(Shape shape)
    {
        arena ??= new Arena(Session, ArenaCapacity);
        var tensor = arena.Take(shape);
        tensor.CopyFrom(Enumerable.Repeat(float.NaN, (int)shape.Length).ToArray());
        return tensor;
    }
}

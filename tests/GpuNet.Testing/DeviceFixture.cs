using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Testing;

/// <summary>A test class that runs once for every kind of device session; each test has an arena of its own.</summary>
/// <param name="device">One of <see cref="TestDevice.All"/>.</param>
[TestFixtureSource(typeof(TestDevice), nameof(TestDevice.All))]
public abstract class DeviceFixture(string device)
{
    private const long ArenaCapacity = 1 << 22;

    // Values before and behind each tensor that nobody may write: a multiple of the arena's alignment, and more than two of the widest tiles.
    private const int Guard = 128;

    // The bits of a quiet NaN, so that a value read from a guard shows in the result too.
    private const int GuardBits = 0x7FC0_0000;

    private readonly List<Tensor> rooms = [];
    private Arena? arena;

    /// <summary>The session.</summary>
    protected DeviceSession Session { get; private set; } = null!;

    /// <summary>The id of the device.</summary>
    protected string Device { get; } = device;

    /// <summary>Opens the session, or skips the fixture.</summary>
    [OneTimeSetUp]
    public void OpenSession() => Session = TestDevice.Open(Device);

    /// <summary>Checks that the test's launches wrote nothing around its tensors, and frees those.</summary>
    [TearDown]
    public void CheckGuardsAndFreeArena()
    {
        try
        {
            for (int i = 0; i < rooms.Count; i++)
                CheckGuards(rooms[i], i);
        }
        finally
        {
            rooms.Clear();
            arena?.Dispose();
            arena = null;
        }
    }

    /// <summary>Keeps an op as long as the session: while it lives, others find its kernels compiled, and compiling them takes most of a test's time.</summary>
    /// <param name="op">The op; small, since it is never disposed.</param>
    /// <returns>The op.</returns>
    protected static T Keep<T>(T op)
        where T : class
    {
        TestDevice.Keep(op);
        return op;
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
        int length = (int)shape.Length;
        var room = arena.Take(Shape.Vector(Guard + length + Guard));
        float[] values = [.. Enumerable.Repeat(GuardOf(rooms.Count), Guard + length + Guard)];
        values.AsSpan(Guard, length).Fill(float.NaN);
        room.CopyFrom(values);
        rooms.Add(room);
        return room.Slice(Guard, shape);
    }

    // Each tensor has its own, or a copy that runs past both ends of two tensors would not show.
    private static float GuardOf(int tensor) => BitConverter.Int32BitsToSingle(GuardBits | (tensor + 1));

    private static void CheckGuards(Tensor room, int tensor)
    {
        float[] values = room.ToArray();
        int length = values.Length - 2 * Guard, expected = GuardBits | (tensor + 1);
        for (int i = 0; i < values.Length; i++)
        {
            if ((i < Guard || i >= Guard + length) && BitConverter.SingleToInt32Bits(values[i]) != expected)
                Assert.Fail($"{values[i]} was written at {i - Guard} of tensor {tensor} of the test, which has {length} values");
        }
    }
}

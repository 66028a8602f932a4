using BenchmarkDotNet.Attributes;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>
/// What the suites share: an open device and tensors full of random values on it. A benchmark launches an op and waits for the device; with
/// the environment variable <c>GPUNET_BENCH_DEVICES</c> (such as <c>cpu,cuda:0</c>) a suite runs on other devices than all usable ones.
/// </summary>
public abstract class KernelBenchmarks
{
    private readonly List<Arena> arenas = [];
    private readonly Random random = new(1);

    /// <summary>The devices of a suite.</summary>
    public static IEnumerable<string> Devices =>
        Environment.GetEnvironmentVariable("GPUNET_BENCH_DEVICES") is { Length: > 0 } chosen
            ? chosen.Split(',')
            : DeviceCatalog.List().Where(device => device.IsUsable).Select(device => device.Id);

    /// <summary>Selector of the device.</summary>
    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "";

    /// <summary>The open device.</summary>
    protected DeviceSession Session { get; private set; } = null!;

    /// <summary>Opens the device and makes the op and its tensors.</summary>
    [GlobalSetup]
    public void Open()
    {
        Session = DeviceCatalog.Open(Device);
        SetUp();
    }

    /// <summary>Frees the device.</summary>
    [GlobalCleanup]
    public void Close()
    {
        arenas.ForEach(arena => arena.Dispose());
        arenas.Clear();
        Session.Dispose();
    }

    /// <summary>Makes the op and its tensors.</summary>
    protected abstract void SetUp();

    /// <summary>A tensor of random values from −1 to 1.</summary>
    protected Tensor Take(Shape shape)
    {
        var tensor = TakeZeroed(shape);
        float[] values = new float[shape.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() * 2 - 1;
        tensor.CopyFrom(values);
        return tensor;
    }

    /// <summary>Scratch memory of at least so many values.</summary>
    protected Tensor TakeWorkspace(long length) => TakeZeroed(Shape.Matrix(1, (int)Math.Max(1, length)));

    private Tensor TakeZeroed(Shape shape)
    {
        var arena = new Arena(Session, Arena.Footprint(shape.Length));
        arenas.Add(arena);
        return arena.Take(shape);
    }
}

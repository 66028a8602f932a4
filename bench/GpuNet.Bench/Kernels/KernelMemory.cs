using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>Tensors of a measurement, full of random values, on a device that must outlive them.</summary>
/// <param name="session">The device.</param>
public sealed class KernelMemory(DeviceSession session) : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly Random random = new(1);

    /// <summary>The device.</summary>
    public DeviceSession Session => session;

    /// <summary>A tensor of random values from −1 to 1.</summary>
    public Tensor Take(Shape shape)
    {
        var tensor = TakeZeroed(shape);
        float[] values = new float[shape.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() * 2 - 1;
        tensor.CopyFrom(values);
        return tensor;
    }

    /// <summary>A tensor of zeros, such as an optimizer begins with.</summary>
    public Tensor TakeZeroed(Shape shape) => Keep(new Arena(session, Arena.Footprint(shape.Length))).Take(shape);

    /// <summary>Scratch memory of at least so many values.</summary>
    public Tensor TakeWorkspace(long length) => TakeZeroed(Shape.Matrix(1, (int)Math.Max(1, length)));

    /// <summary>Takes charge of an op that owns memory itself.</summary>
    public T Keep<T>(T op) where T : IDisposable
    {
        owned.Add(op);
        return op;
    }

    /// <summary>Frees the tensors, and the ops that own memory.</summary>
    public void Dispose()
    {
        owned.ForEach(one => one.Dispose());
        owned.Clear();
    }
}

using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tests.Cuda;
using GpuNet.Testing;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tests.Traps;

/// <summary>
/// ILGPU remembers a kernel by a weak reference only, and makes one of it for each specialised value. Neither shows but in time, so the caches are
/// looked into; the simulated GPU's are those of every device.
/// </summary>
public sealed class KernelCacheTests
{
    private const BindingFlags Private = BindingFlags.NonPublic | BindingFlags.Instance;

    [Test]
    public void A_kernel_that_nobody_holds_is_forgotten()
    {
        using var session = TestDevice.OpenAnother("simulated-gpu");
        LoadAndDrop(session);
        Assert.That(Kernels(session), Is.EqualTo((Loaded: 1, Alive: 0)));
    }

    [Test]
    public void A_kernel_whose_launcher_is_held_is_kept()
    {
        using var session = TestDevice.OpenAnother("simulated-gpu");
        var launcher = Load(session);
        Assert.That(Kernels(session), Is.EqualTo((Loaded: 1, Alive: 1)));
        Assert.That(Load(session).GetKernel(), Is.SameAs(launcher.GetKernel()));
        GC.KeepAlive(launcher);
    }

    // Those of products are loaded when they run first.
    [Test]
    public void Ops_hold_their_kernels()
    {
        using var session = TestDevice.OpenAnother("simulated-gpu");
        Shape x = new(1, 2, 4, 4);
        var norm = new LocalResponseNormParameters(3, 1e-4f, 0.75f);
        using var loss = new SoftmaxLossOp(session, Shape.Matrix(2, 3));
        using var convolution = new ConvolutionOp(session, new(x, 2, 3, 1, 1, 1, 1));
        object[] ops =
        [
            new ReluOp(session), new DropoutOp(session, 0.5f, 1, 1), new GradientSumOp(session, 2), new ConcatenationOp(session, [x, x]),
            new MaxPoolingOp(session, new(x, 2, 2, 0)), new AveragePoolingOp(session, new(x, 2, 2, 0)), new AcrossChannelsNormOp(session, x, norm),
            new WithinChannelNormOp(session, x, norm), new ImageBatchOp(session, new(x, 1, 4)), loss, convolution, RunProduct(session),
            .. UpdateCheck.All.Select(check => check.Open(session)),
        ];
        RunForward(session, convolution, x);
        var (loaded, alive) = Kernels(session);
        Assert.That(loaded, Is.AtLeast(20));
        Assert.That(alive, Is.EqualTo(loaded));
        GC.KeepAlive(ops);
    }

    [Test]
    public void There_is_one_kernel_for_each_specialised_value()
    {
        using var session = TestDevice.OpenAnother("simulated-gpu");
        using var x = session.Accelerator.Allocate1D(new float[4]);
        var add = session.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, SpecializedValue<int>>(TrapKernels.AddSpecialised);
        foreach (int value in new[] { 3, 4, 3, 5, 4 })
            add(4, x.View, SpecializedValue.New(value));
        session.Synchronize();
        Assert.That(x.GetAsArray1D(), Is.All.EqualTo(19));
        var launcher = (Delegate)References(session).Single()!;
        Assert.That(((ICollection)FieldOf(launcher.Target!, "kernelCache")).Count, Is.EqualTo(3));
    }

    [Test]
    public void No_portable_kernel_has_a_specialised_value()
    {
        Assert.That(HasSpecialisedValue(typeof(TrapKernels).GetMethod(nameof(TrapKernels.AddSpecialised))!));
        Assert.That(PortableKernels.Definitions.Where(HasSpecialisedValue).Select(PortableKernels.NameOf), Is.Empty);

        static bool HasSpecialisedValue(MethodInfo kernel) =>
            kernel.GetParameters().Any(parameter => parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(SpecializedValue<>));
    }

    private static Action<KernelConfig, ArrayView<float>> Load(DeviceSession session) => session.Accelerator.LoadStreamKernel<ArrayView<float>>(TrapKernels.ShareEnough);

    // Methods of their own, so that no register holds what they dropped.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadAndDrop(DeviceSession session) => Load(session);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MatrixMultiplyOp RunProduct(DeviceSession session)
    {
        var op = new MatrixMultiplyOp(session, new(4, 4, 4, TransposeA: false, TransposeB: false));
        using var arena = new Arena(session, 3 * Arena.Footprint(16) + Arena.Footprint(op.WorkspaceLength));
        op.Run(arena.Take(Shape.Matrix(4, 4)), arena.Take(Shape.Matrix(4, 4)), arena.Take(Shape.Matrix(4, 4)), arena.Take(Shape.Vector((int)op.WorkspaceLength)));
        session.Synchronize();
        return op;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunForward(DeviceSession session, ConvolutionOp op, Shape x)
    {
        Shape w = new(2, 2, 3, 3);
        using var arena = new Arena(session, 2 * Arena.Footprint(x.Length) + Arena.Footprint(w.Length) + Arena.Footprint(op.WorkspaceLength));
        op.Forward(arena.Take(x), arena.Take(w), null, arena.Take(x), arena.Take(Shape.Vector((int)op.WorkspaceLength)));
        session.Synchronize();
    }

    private static (int Loaded, int Alive) Kernels(DeviceSession session)
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var references = References(session);
        return (references.Count, references.Count(kernel => kernel is not null));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<object?> References(DeviceSession session)
    {
        var cache = (IDictionary)FieldOf(session.Accelerator, "kernelCache");
        return [.. cache.Values.Cast<object>().Select(cached => ((WeakReference<object>)FieldOf(cached, "kernelReference")).TryGetTarget(out var kernel) ? kernel : null)];
    }

    private static object FieldOf(object owner, string name)
    {
        for (var type = owner.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, Private | BindingFlags.DeclaredOnly) is { } field)
                return field.GetValue(owner)!;
        }

        throw new MissingFieldException(owner.GetType().FullName, name);
    }
}

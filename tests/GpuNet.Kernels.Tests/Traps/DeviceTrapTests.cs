using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Tests.Traps;

/// <summary>Traps that show when a kernel runs: the sound forms are right on every device, and on OpenCL the traps are still there to be avoided.</summary>
public sealed class DeviceTrapTests(string device) : DeviceFixture(device)
{
    private bool IsOpenCL => Session.Accelerator is CLAccelerator;

    // O2 moves loads of shared memory past barriers.
    [Test]
    public void Kernels_are_compiled_at_O1() => Assert.That(Session.Accelerator.Context.Properties.OptimizationLevel, Is.EqualTo(OptimizationLevel.O1));

    [Test]
    public void A_sign_is_chosen_rather_than_copied() => Assert.That(Signs(TrapKernels.ChooseSign), Is.EqualTo(new[] { -2f, 3f }));

    [Test]
    public void A_NaN_is_outside_a_range_of_integers()
    {
        Assert.That(Ranges(TrapKernels.RangeOfIntegers), Is.EqualTo(new[] { 0f, 1f, 0f, 0f }));
        if (IsOpenCL)
            Assert.That(Ranges(TrapKernels.RangeOfFloats)[0], Is.EqualTo(1f), "ILGPU 1.5.3 negates comparisons and lets NaN pass");
    }

    [Test]
    public void A_window_is_cleared_where_it_is()
    {
        float[] ones = [.. Enumerable.Repeat(1f, 16)];
        float[] expected = [.. Enumerable.Range(0, 16).Select(i => i is >= 2 and < 4 ? 0f : 1f)];
        var x = Tensor(Shape.Vector(16), [.. ones.Select(value => (double)value)]);
        x.Slice(2, Shape.Vector(2)).Clear();
        Assert.That(x.ToArray(), Is.EqualTo(expected));
        if (!IsOpenCL)
            return;
        x.CopyFrom(ones);
        x.Slice(2, Shape.Vector(2)).View.MemSetToZero();
        Assert.That(x.ToArray(), Is.Not.EqualTo(expected), "ILGPU 1.5.3 fills a window from four times its offset on");
        x.CopyFrom(ones);
    }

    [Test]
    public void No_portable_kernel_needs_the_generic_address_space()
    {
        if (Session.Accelerator is not CLAccelerator accelerator)
        {
            Assert.Ignore("Not an OpenCL session.");
            return;
        }
        foreach (var kernel in Cuda.PortableKernels.All.Where(kernel => !kernel.IsGenericMethod).Append(typeof(TrapKernels).GetMethod(nameof(TrapKernels.ShareEnough))!))
        {
            var entry = kernel.GetParameters()[0].ParameterType == typeof(Index1D)
                ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
                : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
            string source = ((CLCompiledKernel)accelerator.Backend.Compile(entry, default)).Source;
            Assert.That(source.Contains("to_local(", StringComparison.Ordinal) || source.Contains("to_global(", StringComparison.Ordinal), Is.False, kernel.Name);
            Assert.That(source.Contains("work_group_barrier", StringComparison.Ordinal), Is.False, kernel.Name);
        }
    }

    // In a session of its own, since a failed build may spoil more than itself.
    [Test]
    public void A_kernel_that_needs_a_generic_pointer_does_not_build_without_one()
    {
        if (!IsOpenCL || !Session.Description.Name.Contains("pthread", StringComparison.Ordinal))
        {
            Assert.Ignore("Not PoCL, which has no generic address space.");
            return;
        }
        using var other = DeviceSession.Open(DeviceKind.OpenCL, 0);
        Assert.That(() => other.Accelerator.LoadStreamKernel<ArrayView<float>>(TrapKernels.ShareEnough), Throws.Nothing);
        Assert.That(() => other.Accelerator.LoadStreamKernel<ArrayView<float>, int>(TrapKernels.SharedOrGlobal),
            Throws.TypeOf<CLException>().With.Property(nameof(CLException.Error)).EqualTo(CLError.CL_BUILD_PROGRAM_FAILURE));
    }

    private float[] Signs(Action<Index1D, ArrayView<float>, ArrayView<float>> kernel)
    {
        Tensor x = Tensor(Shape.Vector(2), [2, -3]), y = Tensor(Shape.Vector(2), [-5, 7]);
        Session.Accelerator.LoadAutoGroupedStreamKernel(kernel)(2, x.View, y.View);
        Session.Synchronize();
        return x.ToArray();
    }

    private float[] Ranges(Action<Index1D, ArrayView<float>> kernel)
    {
        var x = Tensor(Shape.Vector(4), [double.NaN, 3, 10, -1]);
        Session.Accelerator.LoadAutoGroupedStreamKernel(kernel)(4, x.View);
        Session.Synchronize();
        return x.ToArray();
    }
}

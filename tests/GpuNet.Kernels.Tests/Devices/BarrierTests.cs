using System.Reflection;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class BarrierTests(string device) : DeviceFixture(device)
{
    private const int Threads = 64;

    [Test]
    public void Shared_memory_written_before_the_barrier_is_seen_after_it()
    {
        double[] values = Values.Uniform(Threads, 1);
        var x = Tensor(Shape.Vector(Threads), values);
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs groups of one thread.");
        Session.Accelerator.LoadStreamKernel<ArrayView<float>>(Reverse)(new KernelConfig(1, Threads), x.View);
        Assert.That(x.ToArray(), Is.EqualTo(values.Reverse().Select(value => (float)value)));
    }

    [Test]
    public void On_OpenCL_it_fences_shared_memory()
    {
        if (Session.Accelerator is not CLAccelerator accelerator)
        {
            Assert.Ignore("Not an OpenCL session.");
            return;
        }
        var kernel = typeof(BarrierTests).GetMethod(nameof(Reverse), BindingFlags.NonPublic | BindingFlags.Static)!;
        var compiled = (CLCompiledKernel)accelerator.Backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default);
        Assert.That(compiled.Source, Does.Contain("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)").And.Not.Contain("work_group_barrier"));
    }

    private static void Reverse(ArrayView<float> x)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        Group.Barrier();
        x[Group.IdxX] = shared[Group.DimX - 1 - Group.IdxX];
    }
}

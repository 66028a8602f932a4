using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using GpuNet.Testing.Ptx;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Tests.Devices;

/// <summary>Loads and stores that ILGPU does not have, on every device and in PTX.</summary>
public sealed class MemoryIntrinsicsTests(string device) : DeviceFixture(device)
{
    [Test]
    public void Values_are_loaded_under_their_condition_and_stored_at_their_offset()
    {
        if (Session.UsesTiles)
            Assert.Ignore("A CPU session runs tiles.");
        var x = Tensor(Shape.Vector(12), [.. Enumerable.Range(1, 12).Select(i => (double)i)]);
        var y = Empty(Shape.Vector(20));
        y.Clear();
        var kernel = Session.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, int>(LoadAndStore);
        kernel(new KernelConfig(1, 1), x.View, y.View, 4, 1);
        Assert.That(y.ToArray(), Is.EqualTo(new float[] { 5, 5, 6, 7, 8, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0 }));
        // What is not loaded may lie anywhere.
        kernel(new KernelConfig(1, 1), x.View, y.View, 1 << 30, 0);
        Assert.That(y.ToArray()[..5], Is.All.Zero);
    }

    [Test]
    public void A_conditional_load_is_a_cleared_register_and_a_load_under_a_predicate()
    {
        string text = PtxCompiler.Compile(LoadAndStore, "sm_80").Entry;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.Match(
                @"mad\.wide\.u32\s+(%rd\d+), %r\d+, 4, %rd\d+;\s+mov\.f32\s+(%f\d+), 0f00000000;\s+@%p\d+ ld\.f32\s+\2, \[\1\];"));
            Assert.That(text, Does.Match(
                @"mad\.wide\.u32\s+(%rd\d+), %r\d+, 16, %rd\d+;\s+mov\.f32\s+(%f\d+), 0f00000000;\s+mov\.f32\s+(%f\d+), 0f00000000;\s+mov\.f32\s+(%f\d+), 0f00000000;\s+mov\.f32\s+(%f\d+), 0f00000000;\s+@%p\d+ ld\.v4\.f32\s+\{\2, \3, \4, \5\}, \[\1\];"));
            Assert.That(text, Does.Match(@"st\.shared\.v4\.f32\s+\[%rd\d+\+16\], \{").And.Match(@"st\.shared\.f32\s+\[%rd\d+\+12\], %f\d+;"));
        }
    }

    [Test]
    public void Places_are_loaded_two_or_four_words_at_once()
    {
        string pair = PtxCompiler.Compile(LoadPlace<MaskedPlace>, "sm_80").Entry, quad = PtxCompiler.Compile(LoadPlace<PlaceQuad<RangedPlace>>, "sm_80").Entry;
        Assert.That(pair, Does.Match(@"mad\.wide\.u32\s+(%rd\d+), %r\d+, 8, %rd\d+;\s+ld\.v2\.b32\s+\{[^}]*\}, \[\1\];"));
        Assert.That(quad, Does.Match(@"mad\.wide\.u32\s+(%rd\d+), %r\d+, 64, %rd\d+;\s+ld\.v4\.b32\s+\{[^}]*\}, \[\1\];\s+ld\.v4\.b32\s+\{[^}]*\}, \[\1\+16\];\s+ld\.v4\.b32\s+\{[^}]*\}, \[\1\+32\];\s+ld\.v4\.b32\s+\{[^}]*\}, \[\1\+48\];"));
    }

    [Test]
    public void The_simulated_GPU_checks_every_offset()
    {
        float[] values = [1, 2];
        Quad[] quads = [default];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => GlobalMemoryIntrinsics.LoadIf(ref values[0], 2, 2, true), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => GlobalMemoryIntrinsics.LoadIf(ref values[0], -1, 2, true), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => GlobalMemoryIntrinsics.LoadIf(ref quads[0], 1, 7, true), Throws.TypeOf<ArgumentOutOfRangeException>(), "7 floats are one Quad");
            Assert.That(() => GlobalMemoryIntrinsics.Load(ref values[0], 2, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => SharedMemoryIntrinsics.Load(ref quads[0], 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => SharedMemoryIntrinsics.Store(ref quads[0], -1, 1, default), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => SharedMemoryIntrinsics.Store(ref values[0], 2, 2, 1f), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    private static void LoadAndStore(ArrayView<float> x, ArrayView<float> y, int at, int condition)
    {
        y[0] = x.ValueIf(at, condition > 0);
        var loaded = x.QuadIf(at, condition > 0);
        y[1] = loaded.V0;
        y[2] = loaded.V1;
        y[3] = loaded.V2;
        y[4] = loaded.V3;
        var shared = SharedMemory.Allocate<Quad>(2);
        ref var quads = ref shared[0];
        ref var values = ref shared.Cast<float>()[0];
        SharedMemoryIntrinsics.Store(ref quads, 1, 2, loaded);
        SharedMemoryIntrinsics.Store(ref values, 2, 8, loaded.V0);
        SharedMemoryIntrinsics.Store(ref values, 3, 8, loaded.V1);
        Group.Barrier();
        var first = SharedMemoryIntrinsics.Load(ref quads, 0, 2);
        var second = SharedMemoryIntrinsics.Load(ref quads, 1, 2);
        y[8] = first.V2;
        y[9] = first.V3;
        y[10] = second.V2;
        y[11] = second.V3;
    }

    private static void LoadPlace<TPlace>(ArrayView<TPlace> places, ArrayView<TPlace> y, int at)
        where TPlace : unmanaged => y[0] = GlobalMemoryIntrinsics.Load(ref places[0], at, places.Length);
}

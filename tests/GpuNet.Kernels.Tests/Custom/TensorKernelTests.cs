using GpuNet.Kernels.Custom;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;
using ILGPU;

namespace GpuNet.Kernels.Tests.Custom;

public sealed class TensorKernelTests(string device) : DeviceFixture(device)
{
    private static readonly Shape[] Shapes = [new(1, 1, 1, 1), new(2, 3, 5, 7), new(1, 5, 1, 13), new(3, 16, 20, 20)];

    [TestCaseSource(nameof(Shapes))]
    public void Each_thread_computes_one_value(Shape shape)
    {
        double[] x = Values.Uniform(shape.Length, 1);
        var y = Empty(shape);
        Keep(TensorKernel.Load(Session, CustomKernels.Swish)).Run(y.Length, Tensor(shape, x), y);
        double[] expected = [.. x.Select(value => value / (1 + Math.Exp(-value)))];
        Assert.That(y.ToArray(), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Threads_that_are_not_launched_write_nothing()
    {
        var x = Tensor(Shape.Vector(100), [.. Enumerable.Repeat(1.0, 100)]);
        Keep(TensorKernel.Load(Session, CustomKernels.Double)).Run(37, x);
        Assert.That(x.ToArray(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i < 37 ? 2f : 1f)));
    }

    [Test]
    public void A_kernel_takes_a_number()
    {
        var kernel = Keep(TensorKernel.Load<float>(Session, CustomKernels.Scale));
        var x = Tensor(Shape.Vector(5), [1, 2, 3, 4, 5]);
        kernel.Run(5, 3f, x);
        kernel.Run(2, -1f, x.Slice(1, Shape.Vector(2)));
        Assert.That(x.ToArray(), Is.EqualTo(new[] { 3f, -6f, -9f, 12f, 15f }));
    }

    [Test]
    public void A_kernel_takes_a_struct()
    {
        var z = Empty(Shape.Vector(3));
        Keep(TensorKernel.Load<CustomKernels.Factors>(Session, CustomKernels.Axpby)).Run(3, new(2, 3), Tensor(z.Shape, [1, 2, 3]), Tensor(z.Shape, [10, 20, 30]), z);
        Assert.That(z.ToArray(), Is.EqualTo(new[] { 32f, 64f, 96f }));
    }

    [Test]
    public void A_thread_gathers_what_it_needs()
    {
        const int rows = 70, columns = 9;
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (double)(i % 13))];
        var sums = Empty(Shape.Vector(rows));
        Keep(TensorKernel.Load<int>(Session, CustomKernels.SumRows)).Run(rows, columns, Tensor(Shape.Matrix(rows, columns), x), sums);
        Assert.That(sums.ToArray(), Is.EqualTo(x.Chunk(columns).Select(row => (float)row.Sum())));
    }

    [Test]
    public void Tensors_come_in_their_order()
    {
        var sum = Empty(Shape.Vector(1));
        Tensor Of(double value) => Tensor(sum.Shape, [value]);
        Keep(TensorKernel.Load(Session, CustomKernels.Six)).Run(1, Of(1), Of(2), Of(3), Of(4), Of(5), sum);
        Assert.That(sum.ToArray(), Is.EqualTo(new[] { 54321f }));
    }

    [Test]
    public void A_launch_runs_after_those_before_it_whoever_wrote_their_kernels()
    {
        var x = Tensor(Shape.Vector(1000), [.. Enumerable.Range(0, 1000).Select(i => i - 500.0)]);
        var scale = Keep(TensorKernel.Load<float>(Session, CustomKernels.Scale));
        var relu = Keep(new ReluOp(Session));
        scale.Run(1000, -1f, x);
        relu.Forward(x, x);
        scale.Run(1000, 2f, x);
        Assert.That(x.ToArray(), Is.EqualTo(Enumerable.Range(0, 1000).Select(i => 2f * Math.Max(500 - i, 0))));
    }

    [Test]
    public void Launches_allocate_nothing_that_grows()
    {
        var x = Empty(Shape.Vector(64));
        var scale = Keep(TensorKernel.Load<float>(Session, CustomKernels.Scale));
        // ILGPU's own accelerator on the processor allocates a little for each launch; the tile queue and the drivers' launches do not.
        long most = Session.Kind == DeviceKind.SimulatedGpu ? 400 : 8;
        void Launch(int launches)
        {
            for (int i = 0; i < launches; i++)
                scale.Run(64, 1f, x);
            Session.Synchronize();
        }

        Launch(300);
        long before = GC.GetAllocatedBytesForCurrentThread(), device = Session.AllocatedBytes;
        Launch(200);
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / 200, Is.LessThanOrEqualTo(most));
        Assert.That(Session.AllocatedBytes, Is.EqualTo(device));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1L << 31)]
    public void A_number_of_threads_that_is_none_is_refused(long threads)
    {
        var kernel = Keep(TensorKernel.Load(Session, CustomKernels.Double));
        Assert.That(() => kernel.Run(threads, Empty(Shape.Vector(1))), Throws.TypeOf<KernelException>().With.Message.StartsWith($"kernel 'CustomKernels.Double': {threads} threads"));
    }

    [Test]
    public void Another_number_of_tensors_is_refused()
    {
        var kernel = Keep(TensorKernel.Load(Session, CustomKernels.Swish));
        Assert.That(() => kernel.Run(1, Empty(Shape.Vector(1))), Throws.TypeOf<KernelException>().With.Message.StartsWith("kernel 'CustomKernels.Swish': 1 tensors given, but its method takes 2."));
    }

    [Test]
    public void A_tensor_of_another_session_is_refused()
    {
        using var other = DeviceSession.OpenCpu(1);
        using var arena = new Arena(other, 16);
        var tensor = arena.Take(Shape.Vector(1));
        var kernel = Keep(TensorKernel.Load(Session, CustomKernels.Double));
        Assert.That(() => kernel.Run(1, tensor), Throws.TypeOf<KernelException>().With.Message.Contains("'cpu' of another session").And.Message.Contains($"'{Session.Description.Id}'"));
        Assert.That(() => kernel.Run(1, default(Tensor)), Throws.TypeOf<KernelException>().With.Message.Contains("has no memory"));
    }

    // In sessions of their own, since a failed compilation may spoil more than itself.
    [Test]
    public void What_a_GPU_cannot_run_is_refused_on_every_device()
    {
        using var session = TestDevice.OpenAnother(Device);
        Assert.That(() => TensorKernel.Load(session, CustomKernels.Allocates), Throws.TypeOf<KernelException>().With.Message.StartsWith($"kernel 'CustomKernels.Allocates' does not compile for device '{session.Description.Id}': "));
    }

    [Test]
    public void A_method_that_holds_on_to_something_is_refused()
    {
        using var session = TestDevice.OpenAnother(Device);
        float factor = Session.Workers;
        Assert.That(() => TensorKernel.Load(session, (Index1D i, ArrayView<float> x) => x[i] = factor), Throws.TypeOf<KernelException>().With.Message.Contains("static method"));
    }

    [Test]
    public void A_struct_that_is_not_public_is_refused()
    {
        using var session = TestDevice.OpenAnother(Device);
        Assert.That(() => TensorKernel.Load<Hidden>(session, Hide), Throws.TypeOf<KernelException>().With.Message.Contains("Hidden").And.Message.Contains("public"));
    }

    private static void Hide(Index1D i, Hidden hidden, ArrayView<float> x) => x[i] = hidden.Value;

    private readonly record struct Hidden(float Value);
}

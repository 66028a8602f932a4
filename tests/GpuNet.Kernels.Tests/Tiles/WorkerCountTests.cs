using System.Runtime.InteropServices;
using GpuNet.Kernels.Concatenation;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Images;
using GpuNet.Kernels.LocalResponseNorm;
using GpuNet.Kernels.Loss;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tests.Tiles;

/// <summary>Every op of the CPU gives the same bits on any number of workers, more than there are items or cores included.</summary>
public sealed class WorkerCountTests
{
    private static readonly Shape Image = new(2, 5, 9, 11);

    private static readonly Dictionary<string, Action<Bench>> Ops = new()
    {
        ["convolution"] = bench =>
        {
            var g = new ConvolutionGeometry(new(2, 6, 9, 11), 70, 3, new(1, 2), 1, 1, 2);
            var op = new ConvolutionOp(bench.Session, g);
            Tensor x = bench.Input(g.Input), w = bench.Input(g.Weights), b = bench.Input(g.Bias), dy = bench.Input(g.Output), workspace = bench.Scratch(op.WorkspaceLength);
            op.Forward(x, w, b, bench.Result(g.Output), workspace);
            op.BackwardData(dy, w, bench.Result(g.Input), workspace);
            op.BackwardWeights(x, dy, bench.Result(g.Weights), bench.Result(g.Bias), workspace);
        },
        ["matrix multiply"] = bench =>
        {
            var g = new MatrixMultiplyGeometry(1100, 33, 7, TransposeA: false, TransposeB: true);
            var op = new MatrixMultiplyOp(bench.Session, g);
            op.Run(bench.Input(g.A), bench.Input(g.B), bench.Result(g.C), bench.Scratch(op.WorkspaceLength));
        },
        ["inner product"] = bench =>
        {
            var g = new InnerProductGeometry(new(13, 64, 4, 4), 10);
            var op = new InnerProductOp(bench.Session, g);
            Tensor x = bench.Input(g.Input), w = bench.Input(g.Weights), b = bench.Input(g.Bias), dy = bench.Input(g.Output), workspace = bench.Scratch(op.WorkspaceLength);
            op.Forward(x, w, b, bench.Result(g.Output), workspace);
            op.BackwardData(dy, w, bench.Result(g.Input), workspace);
            op.BackwardWeights(x, dy, bench.Result(g.Weights), bench.Result(g.Bias), workspace);
        },
        ["max pooling"] = bench =>
        {
            var g = new PoolingGeometry(Image, 3, 2, 1);
            var op = new MaxPoolingOp(bench.Session, g);
            var argmax = bench.Result(g.Output);
            op.Forward(bench.Input(Image), bench.Result(g.Output), argmax);
            op.Backward(bench.Input(g.Output), argmax, bench.Result(Image));
        },
        ["average pooling"] = bench =>
        {
            var g = new PoolingGeometry(Image, 3, 2, 1);
            var op = new AveragePoolingOp(bench.Session, g);
            op.Forward(bench.Input(Image), bench.Result(g.Output));
            op.Backward(bench.Input(g.Output), bench.Result(Image));
        },
        ["normalisation across channels"] = bench =>
        {
            var op = new AcrossChannelsNormOp(bench.Session, Image, new(3, 1.5f, 0.6f, 2));
            var x = bench.Input(Image);
            op.Forward(x, bench.Result(Image));
            op.Backward(x, bench.Input(Image), bench.Result(Image));
        },
        ["normalisation within channels"] = bench =>
        {
            var op = new WithinChannelNormOp(bench.Session, Image, new(3, 1.5f, 0.75f));
            var x = bench.Input(Image);
            op.Forward(x, bench.Result(Image));
            op.Backward(x, bench.Input(Image), bench.Result(Image));
        },
        ["concatenation and gradient sum"] = bench =>
        {
            var op = new ConcatenationOp(bench.Session, [Image, Image with { C = 1 }]);
            op.Forward([bench.Input(Image), bench.Input(Image with { C = 1 })], bench.Result(op.Output));
            op.Backward(bench.Input(op.Output), [bench.Result(Image), bench.Result(Image with { C = 1 })]);
            new GradientSumOp(bench.Session, 3).Run([bench.Input(Image), bench.Input(Image), bench.Input(Image)], bench.Result(Image));
        },
        ["relu and dropout"] = bench =>
        {
            var relu = new ReluOp(bench.Session);
            relu.Forward(bench.Input(Image), bench.Result(Image));
            relu.Backward(bench.Input(Image), bench.Input(Image), bench.Result(Image));
            new DropoutOp(bench.Session, 0.3f, 1, 2).Forward(bench.Input(Image), bench.Result(Image), 3);
        },
        ["gradient clip"] = bench =>
        {
            // Of several blocks, the last one partial.
            Tensor large = bench.Result(Shape.Vector(300_001)), small = bench.Result(Image);
            large.CopyFrom(bench.Input(Shape.Vector(300_001)));
            small.CopyFrom(bench.Input(Image));
            bench.Own(new GradientClipOp(bench.Session, [large.Shape, small.Shape], 0.5f)).Run([large, small]);
        },
        ["updates"] = bench =>
        {
            foreach (var check in UpdateCheck.All)
            {
                var w = bench.Result(Image);
                w.CopyFrom(bench.Input(Image));
                Tensor[] state = [bench.Result(Image), bench.Result(Image)];
                foreach (var kept in state)
                    kept.CopyFrom([.. bench.Input(Image).ToArray().Select(MathF.Abs)]);
                check.Open(bench.Session)(w, state, bench.Input(Image), 0.1, 2, 1);
            }
        },
        ["image batch"] = bench =>
        {
            var g = new ImageBatchGeometry(new(1, 3, 9, 40), 5, new(7, 39));
            using var images = new ByteBuffer(bench.Session, [.. Enumerable.Range(0, 6 * (int)g.Image.Length).Select(i => (byte)(i * 31 % 251))]);
            ImagePlacement[] placements = [new(3, 7, 0, 1, 1), new(0, 4, 2, 0, 0), ImagePlacement.Empty, new(5, 3, 1, 1, 1), new(1, 9, 0, 0, 0)];
            using var places = new ByteBuffer(bench.Session, MemoryMarshal.AsBytes<ImagePlacement>(placements).ToArray());
            new ImageBatchOp(bench.Session, g).Run(images.Bytes, places.Bytes, bench.Input(g.Image), bench.Result(g.Output), bench.Result(g.Labels));
        },
        ["softmax loss"] = bench =>
        {
            var shape = Shape.Matrix(131, 21);
            var labels = bench.Scratch(131).Reshape(Shape.Matrix(131, 1));
            labels.CopyFrom([.. Enumerable.Range(0, 131).Select(i => (float)(i % 22 - 1))]);
            var op = bench.Own(new SoftmaxLossOp(bench.Session, shape));
            var probabilities = bench.Result(shape);
            op.Forward(bench.Input(shape), labels, probabilities, bench.Result(SoftmaxLossOp.TotalsShape));
            op.Backward(probabilities, labels, bench.Result(shape));
        },
    };

    private static IEnumerable<string> Names => Ops.Keys;

    [Test]
    public void The_bits_do_not_depend_on_the_number_of_workers([ValueSource(nameof(Names))] string op)
    {
        int[][] expected = Run(op, null);
        Assert.That(expected.SelectMany(bits => bits), Is.Not.All.Zero);
        foreach (int workers in new[] { 1, 3, 7, 40 })
        {
            int[][] bits = Run(op, workers);
            for (int i = 0; i < expected.Length; i++)
                Assert.That(bits[i], Is.EqualTo(expected[i]), $"result {i} of {workers} workers");
        }
    }

    private static int[][] Run(string op, int? workers)
    {
        using var session = DeviceSession.OpenCpu(workers);
        using var bench = new Bench(session);
        Ops[op](bench);
        return bench.Bits();
    }

    /// <summary>Hands out the tensors of one run and keeps its results.</summary>
    private sealed class Bench(DeviceSession session) : IDisposable
    {
        private readonly Arena arena = new(session, 1 << 21);
        private readonly List<Tensor> results = [];
        private IDisposable? owned;
        private int seed;

        public DeviceSession Session => session;

        public Tensor Input(Shape shape)
        {
            var tensor = arena.Take(shape);
            tensor.CopyFrom([.. Values.Uniform(shape.Length, ++seed).Select(value => (float)value)]);
            return tensor;
        }

        public Tensor Result(Shape shape)
        {
            results.Add(arena.Take(shape));
            results[^1].CopyFrom([.. Enumerable.Repeat(float.NaN, (int)shape.Length)]);
            return results[^1];
        }

        public Tensor Scratch(long length) => arena.Take(Shape.Vector((int)length));

        public T Own<T>(T op)
            where T : IDisposable
        {
            owned = op;
            return op;
        }

        public int[][] Bits() => [.. results.Select(result => result.ToArray().Select(BitConverter.SingleToInt32Bits).ToArray())];

        public void Dispose()
        {
            owned?.Dispose();
            arena.Dispose();
        }
    }
}

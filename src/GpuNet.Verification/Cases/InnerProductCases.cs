using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Inner products of odd sizes, of cifar10_quick, and GoogLeNet's and AlexNet's last ones.</summary>
internal static class InnerProductCases
{
    private static readonly (InnerProductGeometry Geometry, bool Quick)[] Sizes =
    [
        (new(new(3, 5, 2, 7), 10), true), (new(new(33, 17, 1, 1), 70), false), (new(new(100, 64, 4, 4), 64), false), (new(new(100, 64, 1, 1), 10), false),
        (new(new(32, 1024, 1, 1), 1000), false), (new(new(2, 4096, 1, 1), 1000), false),
    ];

    public static IEnumerable<SelfTestCase> All => Sizes.SelectMany(size => Passes(size.Geometry).Select(test => test with { IsQuick = size.Quick }));

    private static IEnumerable<SelfTestCase> Passes(InnerProductGeometry g)
    {
        const string name = "inner product";
        string shape = $"{g.Input} → {g.Outputs}";
        int inputs = g.Input.ImageSize;
        MatrixMultiplyGeometry forward = new(g.Input.N, g.Outputs, inputs, false, true), data = new(g.Input.N, inputs, g.Outputs, false, false);
        MatrixMultiplyGeometry weights = new(g.Outputs, inputs, g.Input.N, true, false);
        yield return new(name, "forward", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.Outputs, 3);
            var op = new InnerProductOp(room.Session, g);
            var y = room.Empty(g.Output);
            op.Forward(room.Tensor(g.Input, x), room.Tensor(g.Weights, w), room.Tensor(g.Bias, b), y, room.Workspace(op.WorkspaceLength));
            room.Compare("y", i => MatrixMultiplyReference.Multiply(forward, x, w, i) + b[i % g.Outputs], y, inputs + 1);
        });
        yield return new(name, "forward, rectified", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.Outputs, 3);
            var op = new InnerProductOp(room.Session, g, rectify: true);
            var y = room.Empty(g.Output);
            op.Forward(room.Tensor(g.Input, x), room.Tensor(g.Weights, w), room.Tensor(g.Bias, b), y, room.Workspace(op.WorkspaceLength));
            room.Compare("y", i => Math.Max(MatrixMultiplyReference.Multiply(forward, x, w, i) + b[i % g.Outputs], 0), y, inputs + 1);
        });
        yield return new(name, "backward data, masked", shape, room =>
        {
            double[] w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3), mask = ReluMaskReference.Masks(g.Input.Length);
            var op = new InnerProductOp(room.Session, g);
            var dx = room.Empty(g.Input);
            op.BackwardData(room.Tensor(g.Output, dy), room.Tensor(g.Weights, w), dx, room.Workspace(op.WorkspaceLength), room.Tensor(g.Input, mask));
            room.Compare("dx", i => mask[i] > 0 ? MatrixMultiplyReference.Multiply(data, dy, w, i) : 0, dx, g.Outputs);
        });
        yield return new(name, "backward weights", shape, room =>
        {
            double[] x = Values.Uniform(g.Input.Length, 1), dy = Values.Uniform(g.Output.Length, 3);
            var op = new InnerProductOp(room.Session, g);
            var dw = room.Empty(g.Weights);
            var db = room.Empty(g.Bias);
            op.BackwardWeights(room.Tensor(g.Input, x), room.Tensor(g.Output, dy), dw, db, room.Workspace(op.WorkspaceLength));
            room.Compare("dw", i => MatrixMultiplyReference.Multiply(weights, dy, x, i), dw, g.Input.N);
            room.Compare("db", ConvolutionReference.BackwardBias(g.Output, dy), db, g.Input.N);
        });
    }
}

using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Pointwise;
using GpuNet.Kernels.Tensors;
using GpuNet.Testing;

namespace GpuNet.Kernels.Tests.MatrixMultiply;

public sealed class InnerProductTests(string device) : DeviceFixture(device)
{
    private static readonly InnerProductGeometry[] Geometries =
    [
        new(new(1, 1, 1, 1), 1), new(new(3, 5, 2, 7), 10), new(new(1, 64, 4, 4), 33), new(new(33, 17, 1, 1), 70), new(new(70, 3, 3, 3), 3), new(new(20, 11, 10, 10), 70),
    ];

    [TestCaseSource(nameof(Geometries))]
    public void Forward_adds_the_bias_to_the_product(InnerProductGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.Outputs, 3);
        var op = Keep(new InnerProductOp(Session, g));
        Tensor y = Empty(g.Output), withoutBias = Empty(g.Output), workspace = Workspace(op);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), Tensor(g.Bias, b), y, workspace);
        op.Forward(Tensor(g.Input, x), Tensor(g.Weights, w), null, withoutBias, workspace);
        double[] product = MatrixMultiplyReference.Multiply(new(g.Input.N, g.Outputs, g.Input.ImageSize, false, true), x, w);
        Close.To([.. product.Select((value, i) => value + b[i % g.Outputs])], y.ToArray(), g.Input.ImageSize + 1, "y");
        Close.To(product, withoutBias.ToArray(), g.Input.ImageSize, "y without bias");
    }

    [TestCaseSource(nameof(Geometries))]
    public void Backward_gives_the_gradients_of_input_weights_and_bias(InnerProductGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), dy = Values.Uniform(g.Output.Length, 3);
        var op = Keep(new InnerProductOp(Session, g));
        Tensor dx = Empty(g.Input), dw = Empty(g.Weights), db = Empty(g.Bias), dwAlone = Empty(g.Weights), workspace = Workspace(op);
        op.BackwardData(Tensor(g.Output, dy), Tensor(g.Weights, w), dx, workspace);
        op.BackwardWeights(Tensor(g.Input, x), Tensor(g.Output, dy), dw, db, workspace);
        op.BackwardWeights(Tensor(g.Input, x), Tensor(g.Output, dy), dwAlone, null, workspace);
        double[] expected = MatrixMultiplyReference.Multiply(new(g.Outputs, g.Input.ImageSize, g.Input.N, true, false), dy, x);
        Close.To(MatrixMultiplyReference.Multiply(new(g.Input.N, g.Input.ImageSize, g.Outputs, false, false), dy, w), dx.ToArray(), g.Outputs, "dx");
        Close.To(expected, dw.ToArray(), g.Input.N, "dw");
        Close.To(expected, dwAlone.ToArray(), g.Input.N, "dw without db");
        Close.To(ConvolutionReference.BackwardBias(g.Output, dy), db.ToArray(), g.Input.N, "db");
    }

    [TestCaseSource(nameof(Geometries))]
    public void A_rectifier_and_a_mask_do_what_relu_does(InnerProductGeometry g)
    {
        double[] x = Values.Uniform(g.Input.Length, 1), w = Values.Uniform(g.Weights.Length, 2), b = Values.Uniform(g.Outputs, 3), dy = Values.Uniform(g.Output.Length, 4);
        // As a mask, 0 is not above 0.
        for (int i = 1; i < x.Length; i += 3)
            x[i] = 0;
        // A NaN passes the rectifier, and as a mask it is not above 0.
        b[^1] = x[^1] = double.NaN;
        InnerProductOp op = Keep(new InnerProductOp(Session, g, rectify: true)), plain = Keep(new InnerProductOp(Session, g));
        var relu = Keep(new ReluOp(Session));
        Tensor tx = Tensor(g.Input, x), tw = Tensor(g.Weights, w), tb = Tensor(g.Bias, b), tdy = Tensor(g.Output, dy), workspace = Workspace(op);
        Tensor y = Empty(g.Output), fusedY = Empty(g.Output), dx = Empty(g.Input), fusedDx = Empty(g.Input);
        plain.Forward(tx, tw, tb, y, workspace);
        relu.Forward(y, y);
        op.Forward(tx, tw, tb, fusedY, workspace);
        Assert.That(fusedY.ToArray(), Is.EqualTo(y.ToArray()), "y");
        plain.BackwardData(tdy, tw, dx, workspace);
        relu.Backward(tx, dx, dx);
        op.BackwardData(tdy, tw, fusedDx, workspace, mask: tx);
        Assert.That(fusedDx.ToArray(), Is.EqualTo(dx.ToArray()), "dx");
        Assert.That(fusedDx.ToArray()[^1], Is.Zero);
    }

    [Test]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var g = new InnerProductGeometry(new(2, 3, 4, 5), 6);
        var op = Keep(new InnerProductOp(Session, g));
        Tensor x = Empty(g.Input), w = Empty(g.Weights), y = Empty(g.Output), workspace = Workspace(op);
        Assert.That(() => op.Forward(x, w, y, y, workspace), Throws.TypeOf<ShapeException>().With.Message.StartsWith("inner product: b"));
        Assert.That(() => op.BackwardData(x, w, x, workspace), Throws.TypeOf<ShapeException>().With.Message.Contains("2×3×4×5").And.Message.Contains("2×6×1×1"));
        Assert.That(() => op.BackwardData(y, w, x, workspace, mask: w), Throws.TypeOf<ShapeException>().With.Message.StartsWith("inner product: mask"));
    }

    private Tensor Workspace(InnerProductOp op) => Empty(Shape.Vector((int)op.WorkspaceLength));
}

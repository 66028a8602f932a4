using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using GpuNet.Kernels.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNet.Kernels.Concatenation;

/// <summary>Concatenation along the channels: each image of the output has the channels of all inputs, in their order.</summary>
public sealed class ConcatenationOp
{
    private const int IntoTheWhole = 0;
    private const int OutOfTheWhole = 1;

    private readonly Shape[] inputs;
    private readonly int[] firsts;
    private readonly Action<ConcatenationPart, ConcatenationPart, ConcatenationPart, ConcatenationPart, ArrayView<float>, int> copy;

    /// <summary>Checks the shapes and loads the kernels.</summary>
    /// <param name="session">The device.</param>
    /// <param name="inputs">Shapes of the inputs, (N, C of its own, H, W); at least one.</param>
    /// <exception cref="ShapeException">There is no input, one is empty, two differ in more than channels, or the output is too large.</exception>
    public ConcatenationOp(DeviceSession session, IReadOnlyList<Shape> inputs)
    {
        if (inputs.Count == 0)
            throw new ShapeException("concatenation: there are no inputs; it takes at least one. Name the tensors to join.");
        this.inputs = [.. inputs];
        long channels = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            ShapeException.ThrowIfEmpty($"concatenation: input {i}", inputs[i]);
            if (inputs[i] with { C = 1 } != inputs[0] with { C = 1 })
                throw new ShapeException($"concatenation: input {i} is {inputs[i]}, but input 0 is {inputs[0]}; all must have the same N, H and W. Give the branches padding and strides that keep the size.");
            channels += inputs[i].C;
        }
        Output = inputs[0] with { C = (int)Math.Min(channels, int.MaxValue) };
        ShapeException.ThrowIfTooLong("concatenation", Output);
        firsts = new int[inputs.Count];
        for (int i = 1; i < firsts.Length; i++)
            firsts[i] = firsts[i - 1] + inputs[i - 1].ImageSize;
        int images = Output.N, outputImage = Output.ImageSize;
        if (session.UsesTiles)
        {
            var tile = new TileLauncher<ConcatenationTile>(session);
            copy = (a, b, c, d, whole, direction) => tile.Run(new(a, b, c, d, whole, outputImage, images, direction));
        }
        else
        {
            var limits = session.Limits;
            var kernel = session.Accelerator.LoadStreamKernel<ConcatenationPart, ConcatenationPart, ConcatenationPart, ConcatenationPart, ArrayView<float>, ConcatenationRun, int>(ConcatenationKernels.Copy);
            copy = (a, b, c, d, whole, direction) =>
            {
                var run = ConcatenationRun.Of(a, b, c, d, whole, outputImage, images);
                kernel(limits.Flat(run.Items), run.PartOf(a), run.PartOf(b), run.PartOf(c), run.PartOf(d), whole, run, direction);
            };
        }
    }

    /// <summary>The output's shape: (N, sum of the inputs' C, H, W).</summary>
    public Shape Output { get; }

    /// <summary>y = the inputs' channels, one input after the other.</summary>
    /// <param name="xs">The inputs, of the op's shapes, in their order.</param>
    /// <param name="y">Output, of shape <see cref="Output"/>.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Forward(IReadOnlyList<Tensor> xs, Tensor y)
    {
        Validate(xs, "x", y, "y");
        Copy(xs, y, IntoTheWhole);
    }

    /// <summary>dxs = the channels of dy that each input gave.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dxs">Gradients of the inputs; overwritten.</param>
    /// <exception cref="ShapeException">A shape is not the op's.</exception>
    public void Backward(Tensor dy, IReadOnlyList<Tensor> dxs)
    {
        Validate(dxs, "dx", dy, "dy");
        Copy(dxs, dy, OutOfTheWhole);
    }

    private void Copy(IReadOnlyList<Tensor> parts, Tensor whole, int direction)
    {
        for (int i = 0; i < inputs.Length; i += ConcatenationTile.Parts)
            copy(Part(parts, i), Part(parts, i + 1), Part(parts, i + 2), Part(parts, i + 3), whole.View, direction);
    }

    private ConcatenationPart Part(IReadOnlyList<Tensor> parts, int i) =>
        i < inputs.Length ? new(parts[i].View, inputs[i].ImageSize, firsts[i]) : new(parts[0].View, 0, 0);

    private void Validate(IReadOnlyList<Tensor> parts, string part, Tensor whole, string name)
    {
        if (parts.Count != inputs.Length)
            throw new ShapeException($"concatenation: {parts.Count} tensors are given, but the op was made for {inputs.Length}. Pass one for each input.");
        for (int i = 0; i < inputs.Length; i++)
        {
            if (parts[i].Shape != inputs[i])
                ShapeException.ThrowUnless($"concatenation: {part}[{i}]", parts[i].Shape, inputs[i]);
        }
        if (whole.Shape != Output)
            ShapeException.ThrowUnless($"concatenation: {name}", whole.Shape, Output);
    }
}

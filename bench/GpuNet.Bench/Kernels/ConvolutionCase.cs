using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Bench.Kernels;

/// <summary>A convolution layer of a known network.</summary>
/// <param name="Name">Network and layer.</param>
/// <param name="Geometry">Its sizes.</param>
/// <param name="IsFirst">Whether it reads the network's input, whose gradient nobody needs.</param>
public sealed record ConvolutionCase(string Name, ConvolutionGeometry Geometry, bool IsFirst = false) : KernelCase(Name)
{
    private const int CifarBatch = 100;
    private const int ImageNetBatch = 16;

    /// <summary>The layers measured: all of cifar10_quick (cifar10_full has the same) and of AlexNet (CaffeNet has the same); of GoogLeNet the
    /// stem, the inception modules that differ most and of the others the 3×3 and 5×5 layers.</summary>
    public static new IReadOnlyList<ConvolutionCase> All { get; } =
    [
        new("cifar10 conv1", new(new(CifarBatch, 3, 32, 32), 32, 5, 1, 2, 1, 1), IsFirst: true),
        new("cifar10 conv2", new(new(CifarBatch, 32, 16, 16), 32, 5, 1, 2, 1, 1)),
        new("cifar10 conv3", new(new(CifarBatch, 32, 8, 8), 64, 5, 1, 2, 1, 1)),
        new("alexnet conv1", new(new(ImageNetBatch, 3, 227, 227), 96, 11, 4, 0, 1, 1), IsFirst: true),
        new("alexnet conv2", new(new(ImageNetBatch, 96, 27, 27), 256, 5, 1, 2, 1, 2)),
        new("alexnet conv3", new(new(ImageNetBatch, 256, 13, 13), 384, 3, 1, 1, 1, 1)),
        new("alexnet conv4", new(new(ImageNetBatch, 384, 13, 13), 384, 3, 1, 1, 1, 2)),
        new("alexnet conv5", new(new(ImageNetBatch, 384, 13, 13), 256, 3, 1, 1, 1, 2)),
        new("googlenet conv1", new(new(ImageNetBatch, 3, 224, 224), 64, 7, 2, 3, 1, 1), IsFirst: true),
        new("googlenet conv2 reduce 1×1", new(new(ImageNetBatch, 64, 56, 56), 64, 1, 1, 0, 1, 1)),
        new("googlenet conv2 3×3", new(new(ImageNetBatch, 64, 56, 56), 192, 3, 1, 1, 1, 1)),
        .. Inception("3a", 192, 28, 64, 96, 128, 16, 32, 32),
        .. Inception("3b", 256, 28, 128, 128, 192, 32, 96, 64),
        .. Inception("4a", 480, 14, 192, 96, 208, 16, 48, 64),
        .. WindowsOf(Inception("4b", 512, 14, 160, 112, 224, 24, 64, 64)),
        .. WindowsOf(Inception("4c", 512, 14, 128, 128, 256, 24, 64, 64)),
        .. WindowsOf(Inception("4d", 512, 14, 112, 144, 288, 32, 64, 64)),
        .. Inception("4e", 528, 14, 256, 160, 320, 32, 128, 128),
        .. WindowsOf(Inception("5a", 832, 7, 256, 160, 320, 32, 128, 128)),
        .. Inception("5b", 832, 7, 384, 192, 384, 48, 128, 128),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<KernelPass> Passes { get; } = [KernelPass.Forward, KernelPass.BackwardData, KernelPass.BackwardWeights];

    /// <inheritdoc/>
    public override bool IsQuick(KernelPass pass) => !(IsFirst && pass == KernelPass.BackwardData) && Name is "cifar10 conv1" or "cifar10 conv2" or "cifar10 conv3" or "alexnet conv1" or "alexnet conv3" or "googlenet 3a 1×1" or "googlenet 3a 5×5";

    /// <inheritdoc/>
    public override string Unit => "FLOP";

    /// <inheritdoc/>
    public override double AmountOf(KernelPass pass) => 2.0 * Geometry.Output.Length * Geometry.Weights.ImageSize;

    /// <inheritdoc/>
    public override IReadOnlyList<KernelLaunch> Open(KernelMemory memory)
    {
        var op = new ConvolutionOp(memory.Session, Geometry);
        Tensor x = memory.Take(Geometry.Input), w = memory.Take(Geometry.Weights), b = memory.Take(Geometry.Bias), y = memory.Take(Geometry.Output);
        Tensor dx = memory.Take(Geometry.Input), dw = memory.Take(Geometry.Weights), db = memory.Take(Geometry.Bias);
        var workspace = memory.TakeWorkspace(op.WorkspaceLength);
        // The output serves as its gradient too: only the shape matters to the time.
        return
        [
            new(KernelPass.Forward, () => op.Forward(x, w, b, y, workspace), NameOf(op.Choice.Forward)),
            new(KernelPass.BackwardData, () => op.BackwardData(y, w, dx, workspace), NameOf(op.Choice.BackwardData)),
            new(KernelPass.BackwardWeights, () => op.BackwardWeights(x, y, dw, db, workspace), NameOf(op.Choice.BackwardWeights)),
        ];
    }

    // The reason stands behind the name.
    private static string NameOf(string choice) => choice.Split(": ")[0];

    private static IEnumerable<ConvolutionCase> WindowsOf(IEnumerable<ConvolutionCase> module) => module.Where(branch => branch.Geometry.Filter != 1);

    // The columns of the table in GoogLeNet's paper.
    private static ConvolutionCase[] Inception(string module, int channels, int side, int one, int threeReduce, int three, int fiveReduce, int five, int poolProjection)
    {
        return
        [
            Branch("1×1", channels, one, 1),
            Branch("3×3 reduce", channels, threeReduce, 1),
            Branch("3×3", threeReduce, three, 3),
            Branch("5×5 reduce", channels, fiveReduce, 1),
            Branch("5×5", fiveReduce, five, 5),
            Branch("pool projection", channels, poolProjection, 1),
        ];

        ConvolutionCase Branch(string branch, int inputs, int outputs, int filter) =>
            new($"googlenet {module} {branch}", new(new(ImageNetBatch, inputs, side, side), outputs, filter, 1, filter / 2, 1, 1));
    }
}

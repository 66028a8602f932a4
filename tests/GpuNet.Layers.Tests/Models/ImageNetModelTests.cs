using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Initialization;
using GpuNet.Layers.Models;
using GpuNet.Testing;

namespace GpuNet.Layers.Tests.Models;

/// <summary>AlexNet, CaffeNet and GoogLeNet as in Caffe's tables. All but the last tests ask the builder, so no device computes anything.</summary>
public sealed class ImageNetModelTests
{
    private const string AlexNetTable = """
        conv1 96 55, pool1 96 27, conv2 256 27, pool2 256 13, conv3 384 13, conv4 384 13, conv5 256 13, pool5 256 6,
        fc6 4096 1, fc7 4096 1, fc8 1000 1
        """;

    private const string GoogLeNetTable = """
        conv1/7x7_s2 64 112, pool1/3x3_s2 64 56, conv2/3x3_reduce 64 56, conv2/3x3 192 56, pool2/3x3_s2 192 28,
        inception_3a/1x1 64 28, inception_3a/3x3_reduce 96 28, inception_3a/3x3 128 28, inception_3a/5x5_reduce 16 28, inception_3a/5x5 32 28,
        inception_3a/pool 192 28, inception_3a/pool_proj 32 28, inception_3a/output 256 28, inception_3b/output 480 28, pool3/3x3_s2 480 14,
        inception_4a/output 512 14, loss1/ave_pool 512 4, loss1/conv 128 4, loss1/fc 1024 1, loss1/classifier 1000 1,
        inception_4b/output 512 14, inception_4c/output 512 14,
        inception_4d/output 528 14, loss2/ave_pool 528 4, loss2/conv 128 4, loss2/fc 1024 1, loss2/classifier 1000 1,
        inception_4e/output 832 14, pool4/3x3_s2 832 7, inception_5a/output 832 7, inception_5b/output 1024 7, pool5/7x7_s1 1024 1, loss3/classifier 1000 1
        """;

    private static readonly string[] Modules = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"];

    // The paper's table: 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection.
    private static readonly int[][] Rows =
    [
        [64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64], [192, 96, 208, 16, 48, 64], [160, 112, 224, 24, 64, 64], [128, 128, 256, 24, 64, 64],
        [112, 144, 288, 32, 64, 64], [256, 160, 320, 32, 128, 128], [256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128],
    ];

    [TestCase("alexnet", 60_965_224)]
    [TestCase("caffenet", 60_965_224)]
    [TestCase("googlenet", 13_378_280)]
    [TestCase("googlenet without heads", 6_998_552)]
    public void The_parameters_are_as_many_as_Caffes(string model, long expected) =>
        Assert.That(ParametersOf(Build(model)).Sum(parameter => parameter.Shape.Length), Is.EqualTo(expected));

    [TestCase("alexnet", "conv1 relu1 norm1 pool1 conv2 relu2 norm2 pool2 conv3 relu3 conv4 relu4 conv5 relu5 pool5 fc6 relu6 drop6 fc7 relu7 drop7 fc8 loss")]
    [TestCase("caffenet", "conv1 relu1 pool1 norm1 conv2 relu2 pool2 norm2 conv3 relu3 conv4 relu4 conv5 relu5 pool5 fc6 relu6 drop6 fc7 relu7 drop7 fc8 loss")]
    public void The_layers_stand_in_the_order_of_Caffes_table(string model, string expected) =>
        Assert.That(string.Join(' ', Build(model).Layers.Select(layer => layer.Name)), Is.EqualTo(expected));

    [TestCase("alexnet", AlexNetTable)]
    [TestCase("caffenet", AlexNetTable)]
    [TestCase("googlenet", GoogLeNetTable)]
    public void Every_output_has_the_size_of_the_tables(string model, string table)
    {
        var net = Build(model);
        var outputs = net.Layers.ToDictionary(layer => layer.Name, layer => layer.OutputOf(net.InputsOf(layer)));
        foreach (string[] row in table.Split(',').Select(row => row.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            int channels = int.Parse(row[1]), side = int.Parse(row[2]);
            Assert.That(outputs[row[0]], Is.EqualTo(new Shape(2, channels, side, side)), row[0]);
        }

        // What has no row of its own keeps the size of what it reads.
        foreach (var layer in net.Layers.Where(layer => layer is Relu or LocalResponseNorm or Dropout))
            Assert.That(outputs[layer.Name], Is.EqualTo(net.InputsOf(layer).Single()), layer.Name);
    }

    [Test]
    public void An_inception_module_has_the_branches_of_its_row([Range(0, 8)] int row)
    {
        var net = Build("googlenet");
        string name = $"inception_{Modules[row]}";
        var layers = net.Layers.Where(layer => layer.Name.StartsWith($"{name}/", StringComparison.Ordinal)).ToDictionary(layer => layer.Name[(name.Length + 1)..]);
        string[] convolutions = ["1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj"];
        int[] filters = [1, 1, 3, 1, 5, 1];
        for (int i = 0; i < convolutions.Length; i++)
        {
            var convolution = (Convolution)layers[convolutions[i]];
            Assert.That((convolution.Outputs, convolution.Filter, convolution.Padding, convolution.Stride, convolution.Groups), Is.EqualTo((Rows[row][i], (Size2D)filters[i], (Size2D)(filters[i] / 2), (Size2D)1, 1)), convolutions[i]);
            Assert.That(layers, Does.ContainKey($"relu_{convolutions[i]}"));
        }

        var pool = (MaxPooling)layers["pool"];
        Assert.That((pool.Filter, pool.Stride, pool.Padding), Is.EqualTo(((Size2D)3, (Size2D)1, (Size2D)1)));
        // 1×1, 3×3, 5×5, projection: told apart by their channels.
        Assert.That(net.InputsOf(layers["output"]).Select(branch => branch.C), Is.EqualTo(new[] { Rows[row][0], Rows[row][2], Rows[row][4], Rows[row][5] }));
        Assert.That(layers, Has.Count.EqualTo(14));
    }

    [TestCase("alexnet", "conv1 0.01 0, conv2 0.01 0.1, conv3 0.01 0, conv4 0.01 0.1, conv5 0.01 0.1, fc6 0.005 0.1, fc7 0.005 0.1, fc8 0.01 0")]
    [TestCase("caffenet", "conv1 0.01 0, conv2 0.01 1, conv3 0.01 0, conv4 0.01 1, conv5 0.01 1, fc6 0.005 1, fc7 0.005 1, fc8 0.01 0")]
    public void Weights_start_with_the_tables_deviations_and_biases_with_its_values(string model, string expected)
    {
        var fillers = ParametersOf(Build(model)).Select(parameter => parameter.Options.Filler).Chunk(2).Zip(
            Build(model).Layers.Where(layer => layer is Convolution or InnerProduct),
            (pair, layer) => FormattableString.Invariant($"{layer.Name} {((GaussianFiller)pair[0]).StandardDeviation} {((ConstantFiller)pair[1]).Value}"));
        Assert.That(string.Join(", ", fillers), Is.EqualTo(expected));
    }

    [Test]
    public void GoogLeNets_weights_start_as_xaviers_and_its_biases_at_a_fifth_but_for_the_classifiers()
    {
        foreach (var layer in Build("googlenet").Layers)
        {
            (ParameterOptions Weights, ParameterOptions? Bias)? options = layer switch
            {
                Convolution convolution => (convolution.Weights, convolution.Bias),
                InnerProduct product => (product.Weights, product.Bias),
                _ => null,
            };
            if (options is not var (weights, bias))
                continue;
            Assert.That(weights.Filler, Is.EqualTo(Filler.Xavier), layer.Name);
            Assert.That(bias?.Filler, Is.EqualTo(Filler.Constant(layer.Name.EndsWith("/classifier", StringComparison.Ordinal) ? 0 : 0.2)), layer.Name);
        }
    }

    [TestCase("alexnet")]
    [TestCase("caffenet")]
    [TestCase("googlenet")]
    public void Biases_learn_at_twice_the_rate_and_do_not_decay(string model)
    {
        foreach (var parameter in ParametersOf(Build(model)))
        {
            bool isBias = parameter.Name == "bias";
            Assert.That((parameter.Options.RateMultiplier, parameter.Options.DecayMultiplier), Is.EqualTo(isBias ? (2f, 0f) : (1f, 1f)), parameter.Name);
        }
    }

    [TestCase("alexnet", "norm1 norm2")]
    [TestCase("caffenet", "norm1 norm2")]
    [TestCase("googlenet", "pool1/norm1 conv2/norm2")]
    public void Normalisation_is_across_5_channels(string model, string names)
    {
        var norms = Build(model).Layers.OfType<LocalResponseNorm>().ToList();
        Assert.That(string.Join(' ', norms.Select(norm => norm.Name)), Is.EqualTo(names));
        foreach (var norm in norms)
            Assert.That((norm.Region, norm.Parameters), Is.EqualTo((NormRegion.AcrossChannels, new Kernels.LocalResponseNorm.LocalResponseNormParameters(5, 1e-4f, 0.75f, 1))));
    }

    [TestCase("alexnet", "drop6 0.5, drop7 0.5")]
    [TestCase("caffenet", "drop6 0.5, drop7 0.5")]
    [TestCase("googlenet", "loss1/drop_fc 0.7, loss2/drop_fc 0.7, pool5/drop_7x7_s1 0.4")]
    public void Dropout_has_the_tables_ratios(string model, string expected) => Assert.That(
        string.Join(", ", Build(model).Layers.OfType<Dropout>().Select(dropout => FormattableString.Invariant($"{dropout.Name} {dropout.Ratio}"))), Is.EqualTo(expected));

    [TestCase("alexnet", "loss 1")]
    [TestCase("caffenet", "loss 1")]
    [TestCase("googlenet", "loss1/loss 0.3, loss2/loss 0.3, loss3/loss 1")]
    [TestCase("googlenet without heads", "loss3/loss 1")]
    public void The_main_loss_is_the_last_and_the_heads_count_less_than_a_third(string model, string expected) => Assert.That(
        string.Join(", ", Build(model).Layers.OfType<SoftmaxLoss>().Select(loss => FormattableString.Invariant($"{loss.Name} {loss.Weight}"))), Is.EqualTo(expected));

    [Test]
    public void AlexNets_convolutions_have_the_tables_groups()
    {
        var groups = Build("alexnet").Layers.OfType<Convolution>().Select(convolution => convolution.Groups).ToList();
        Assert.That(groups, Is.EqualTo(new[] { 1, 2, 1, 2, 2 }));
        Assert.That(Build("caffenet").Layers.OfType<Convolution>().Select(convolution => convolution.Groups), Is.EqualTo(groups));
    }

    [Test]
    public void Without_heads_GoogLeNet_has_all_layers_but_theirs()
    {
        var all = Build("googlenet").Layers.Select(layer => layer.Name).ToList();
        var heads = all.Where(name => name.StartsWith("loss1/", StringComparison.Ordinal) || name.StartsWith("loss2/", StringComparison.Ordinal)).ToList();
        Assert.That(Build("googlenet without heads").Layers.Select(layer => layer.Name), Is.EqualTo(all.Except(heads)));
        Assert.That(GoogLeNet.AuxiliaryLayers, Is.EqualTo(Build("googlenet").Layers.Where(layer => layer is Convolution or InnerProduct).Select(layer => layer.Name).Intersect(heads)));
    }

    // Behind pool3 14×14 pixels of 224, 7×7 of 112, 6×6 of 96.
    [TestCase(224, 4, 7)]
    [TestCase(112, 2, 3)]
    [TestCase(96, 2, 3)]
    [TestCase(47, 1, 1)]
    public void GoogLeNets_heads_and_last_pooling_follow_the_crop(int crop, int head, int last)
    {
        var net = GoogLeNet.Build(new(1, 3, crop, crop), 200);
        var outputs = net.Layers.ToDictionary(layer => layer.Name, layer => layer.OutputOf(net.InputsOf(layer)));
        Assert.That(outputs["loss1/ave_pool"], Is.EqualTo(new Shape(1, 512, head, head)));
        Assert.That(outputs["loss2/ave_pool"], Is.EqualTo(new Shape(1, 528, head, head)));
        Assert.That(outputs["inception_5b/output"], Is.EqualTo(new Shape(1, 1024, last, last)));
        Assert.That(outputs["pool5/7x7_s1"], Is.EqualTo(new Shape(1, 1024, 1, 1)));
        Assert.That(outputs["loss3/classifier"], Is.EqualTo(new Shape(1, 200, 1, 1)));
    }

    [TestCase("alexnet", 39)]
    [TestCase("caffenet", 39)]
    [TestCase("googlenet", 47)]
    [TestCase("googlenet without heads", 31)]
    public void The_smallest_crop_builds_and_a_smaller_one_is_refused_with_the_smallest_that_fits(string model, int smallest)
    {
        Assert.That(() => Build(model, new(2, 3, smallest, smallest), 7), Throws.Nothing);
        Assert.That(() => Build(model, new(2, 1, smallest + 40, smallest), 2), Throws.Nothing);
        foreach (var (height, width) in new[] { (smallest - 1, smallest), (smallest, smallest - 1) })
        {
            Assert.That(
                () => Build(model, new(2, 3, height, width), 7),
                Throws.TypeOf<ShapeException>().With.Message.Contains($"images of {height}×{width} are too small").And.Message.Contains($"{smallest}×{smallest}"));
        }
    }

    // No pixel less would do, so that the refusal refuses nothing that fits.
    [Test]
    public void One_pixel_below_the_smallest_crop_a_pooling_finds_no_window()
    {
        static int Pool(int side) => new PoolingGeometry(new(1, 1, side, side), 3, 2, default).Output.H;

        int alexNet = (38 - 11) / 4 + 1;
        Assert.That(Pool(Pool(Pool(alexNet))), Is.Zero);
        int googLeNet = (46 - 1) / 2 + 1, behindPool3 = Pool(Pool(Pool(googLeNet)));
        Assert.That(new PoolingGeometry(new(1, 1, behindPool3, behindPool3), 5, 3, default).Output.H, Is.Zero);
        Assert.That(Pool(Pool(Pool(Pool((30 - 1) / 2 + 1)))), Is.Zero);
    }

    [TestCase("alexnet")]
    [TestCase("googlenet")]
    public void There_are_as_many_scores_as_classes(string model)
    {
        var net = Build(model, new(2, 3, 64, 64), 26);
        Assert.That(net.Classes, Is.EqualTo(26));
        foreach (var loss in net.Layers.OfType<SoftmaxLoss>())
            Assert.That(net.InputsOf(loss).Single(), Is.EqualTo(Shape.Matrix(2, 26)), loss.Name);
        Assert.That(() => Build(model, new(2, 3, 64, 64), 1), Throws.TypeOf<NetworkException>());
    }

    [Test]
    public void Every_loss_of_GoogLeNet_is_read_by_its_name_and_the_main_one_without()
    {
        using var network = GoogLeNet.Build(new(1, 3, 47, 47), 5).Compile(TestDevice.Open("cpu"), seed: 1);
        network.Input.CopyFrom([.. Enumerable.Range(0, (int)network.Input.Length).Select(i => i * 37 % 255 - 127f)]);
        network.Labels.CopyFrom([3f]);
        network.Forward(Phase.Train, 0);
        Assert.That(network.ReadLoss(), Is.EqualTo(network.ReadLoss("loss3/loss")));
        Assert.That(((string[])["loss1/loss", "loss2/loss", "loss3/loss"]).Select(loss => network.ReadLoss(loss).Loss).Distinct().Count(), Is.EqualTo(3));
        Assert.That(() => network.ReadLoss("loss4"), Throws.TypeOf<NetworkException>().With.Message.Contains("loss1/loss, loss2/loss, loss3/loss"));
    }

    private static NetworkBuilder Build(string model) =>
        Build(model, model.StartsWith("googlenet", StringComparison.Ordinal) ? new(2, 3, 224, 224) : new(2, 3, 227, 227), 1000);

    private static NetworkBuilder Build(string model, Shape input, int classes) => model switch
    {
        "alexnet" => AlexNet.Build(input, classes),
        "caffenet" => CaffeNet.Build(input, classes),
        "googlenet" => GoogLeNet.Build(input, classes),
        _ => GoogLeNet.Build(input, classes, auxiliaryHeads: false),
    };

    private static IReadOnlyList<ParameterDefinition> ParametersOf(NetworkBuilder net) => [.. net.Layers.SelectMany(layer => layer.ParametersOf(net.InputsOf(layer)))];
}

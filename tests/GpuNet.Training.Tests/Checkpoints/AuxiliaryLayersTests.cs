using GpuNet.Layers;
using GpuNet.Testing;
using GpuNet.Training.Checkpoints;
using GpuNet.Training.Recipes;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Checkpoints;

/// <summary>Weights of GoogLeNet, trained with its heads, in the network without them.</summary>
public sealed class AuxiliaryLayersTests
{
    private const string Scores = "loss3/classifier";

    private static readonly Model Model = ModelCatalog.Find("googlenet");

    [Test]
    public void The_network_without_heads_reads_them_and_scores_as_the_whole_one()
    {
        using var folder = new TemporaryFolder();
        using var whole = Model.Build(new(2, 3, 47, 47), 5).Compile(TestDevice.Open("cpu"), seed: 1);
        using var light = Model.BuildWithoutHeads!(new(2, 3, 47, 47), 5).Compile(TestDevice.Open("cpu"), seed: 2);
        WeightsFile.Save(folder.At("w"), whole);
        Assert.That(() => WeightsFile.Load(folder.At("w"), light), Throws.TypeOf<WeightsException>().With.Message.Contains("'loss1/conv.weights'"));
        float[] before = ScoresOf(light);
        WeightsFile.Load(folder.At("w"), light, Model.AuxiliaryLayers);
        Assert.That(ScoresOf(light), Is.EqualTo(ScoresOf(whole)).And.Not.EqualTo(before));
    }

    [Test]
    public void Other_tensors_and_a_lack_of_heads_are_still_refused()
    {
        using var folder = new TemporaryFolder();
        using var whole = Model.Build(new(1, 3, 47, 47), 5).Compile(TestDevice.Open("cpu"), seed: 1);
        using var light = Model.BuildWithoutHeads!(new(1, 3, 47, 47), 5).Compile(TestDevice.Open("cpu"), seed: 1);
        WeightsFile.Save(folder.At("whole"), whole);
        WeightsFile.Save(folder.At("light"), light);
        Assert.That(() => WeightsFile.Load(folder.At("whole"), light, ["loss1/conv", "loss2/conv"]), Throws.TypeOf<WeightsException>().With.Message.Contains("'loss1/fc.weights'"));
        Assert.That(() => WeightsFile.Load(folder.At("light"), whole, Model.AuxiliaryLayers), Throws.TypeOf<WeightsException>().With.Message.Contains("no tensor 'loss1/conv.weights'"));
    }

    [Test]
    public void Models_without_heads_need_no_other_form()
    {
        foreach (var model in ModelCatalog.All.Where(model => model.Name != "googlenet"))
            Assert.That((model.BuildWithoutHeads, model.AuxiliaryLayers.Count), Is.EqualTo(((Func<Kernels.Tensors.Shape, int, NetworkBuilder>?)null, 0)), model.Name);
    }

    private static float[] ScoresOf(Network network)
    {
        network.Input.CopyFrom([.. Enumerable.Range(0, (int)network.Input.Length).Select(i => i * 37 % 255 - 127f)]);
        network.Labels.CopyFrom([1f, 2f]);
        network.Forward(Phase.Test, 0);
        return network.Activation(Scores).ToArray();
    }
}

using GpuNet.Kernels.Tensors;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

public sealed class DataSetsTests
{
    [Test]
    public void The_embedded_images_are_there_and_balanced()
    {
        ImageDataset set = DataSets.Open("fashion-mnist-subset", null);
        Assert.That((set.Train.Count, set.Test.Count), Is.EqualTo((10_000, 2_000)));
        Assert.That(set.Train.Shape, Is.EqualTo(new Shape(1, 1, 28, 28)));
        Assert.That((set.ClassNames[0], set.ClassNames[9], set.ClassNames.Count), Is.EqualTo(("T-shirt/top", "Ankle boot", 10)));
        Assert.That(Enumerable.Range(0, 10_000).CountBy(set.Train.Label).Select(group => group.Value), Is.EqualTo(Enumerable.Repeat(1000, 10)));
        Assert.That(Enumerable.Range(0, 2_000).CountBy(set.Test.Label).Select(group => group.Value), Is.EqualTo(Enumerable.Repeat(200, 10)));
    }

    [Test]
    public void The_embedded_images_carry_their_licence()
    {
        using Stream licence = typeof(DataSets).Assembly.GetManifestResourceStream("fashion-mnist-subset/LICENSE")!;
        Assert.That(new StreamReader(licence).ReadToEnd(), Does.Contain("Copyright (c) 2017 Zalando SE"));
    }

    [Test]
    public void An_unknown_name_gets_the_list_of_known_ones() =>
        Assert.That(() => DataSets.Open("cifar100", "x"), Throws.TypeOf<DataException>().With.Message.Contains("'cifar100'")
            .And.Message.Contains("fashion-mnist-subset, cifar10, fashion-mnist, mnist, idx"));

    [Test]
    public void A_set_in_files_needs_a_folder_and_the_embedded_one_takes_none()
    {
        Assert.That(() => DataSets.Open("cifar10", null), Throws.TypeOf<DataException>().With.Message.Contains("folder"));
        Assert.That(() => DataSets.Open("fashion-mnist-subset", "x"), Throws.TypeOf<DataException>().With.Message.Contains("embedded"));
    }

    [TestCase("cifar10")]
    [TestCase("fashion-mnist")]
    [TestCase("mnist")]
    [TestCase("idx")]
    public void A_folder_that_is_not_there_is_named(string name) =>
        Assert.That(() => DataSets.Open(name, "/nowhere/at-all"), Throws.TypeOf<DataException>().With.Message.StartsWith($"{name}: /nowhere/at-all"));
}

using GpuNet.Training.LearningRates;
using GpuNet.Training.Reports;
using GpuNet.Training.Tests.Data;

namespace GpuNet.Training.Tests.Reports;

/// <summary>A policy as a file.</summary>
public sealed class PolicyFileTests
{
    private static readonly PolicyPlan Plan = new(new TriangularPolicy(0.001, 0.003, 2), 5);

    [Test]
    public void The_numbers_are_those_of_every_iteration()
    {
        using var folder = new TemporaryFolder();
        PolicyFile.Write(folder.At("rates.csv"), Plan);
        Assert.That(File.ReadAllText(folder.At("rates.csv")), Is.EqualTo("iteration,rate\n0,0.001\n1,0.002\n2,0.003\n3,0.002\n4,0.001\n"));
    }

    [Test]
    public void A_plot_is_a_picture_with_the_policy_in_its_title()
    {
        using var folder = new TemporaryFolder();
        PolicyFile.Write(folder.At("rates.png"), Plan);
        PolicyFile.Write(folder.At("rates.SVG"), Plan);
        Assert.That(File.ReadAllBytes(folder.At("rates.png")).Take(4), Is.EqualTo((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G']));
        Assert.That(File.ReadAllText(folder.At("rates.SVG")), Does.Contain("<svg").And.Contain("triangular:base=0.001,max=0.003,step=2"));
    }

    [Test]
    public void Another_ending_and_a_folder_that_is_not_there_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => PolicyFile.Write(folder.At("rates.gif"), Plan), Throws.ArgumentException.With.Message.Contains(".png, .svg, .csv"));
        Assert.That(() => PolicyFile.Write(folder.At("none/rates.csv"), Plan), Throws.TypeOf<OutputException>().With.Message.Contains("rates.csv"));
        Assert.That(Directory.GetFileSystemEntries(folder.Root), Is.Empty);
    }
}

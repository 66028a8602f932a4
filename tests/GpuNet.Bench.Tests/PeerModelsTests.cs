using System.Text.RegularExpressions;
using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Tests;

/// <summary>The peer has every model that `peers` offers.</summary>
public sealed class PeerModelsTests
{
    [Test]
    public void The_peer_knows_every_model()
    {
        string script = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "peers", "train_step.py"));
        string models = Regex.Match(script, @"(?s)\nMODELS = \{(.*?)\}").Groups[1].Value;
        Assert.That(Regex.Matches(models, "\"(\\w+)\":").Select(match => match.Groups[1].Value), Is.EquivalentTo(ModelCatalog.All.Select(model => model.Name)));
    }
}

using System.Xml.Linq;

namespace GpuNet.Packages.Tests;

/// <summary>A new version is new everywhere.</summary>
public sealed class VersionTests
{
    private static IEnumerable<string> Samples => Directory.GetFiles(Path.Combine(Workshop.Repository, "samples"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Workshop.Repository, file));

    [TestCaseSource(nameof(Samples))]
    public void A_sample_asks_for_the_version_that_is_packed(string project)
    {
        var references = XDocument.Load(Path.Combine(Workshop.Repository, project)).Descendants("PackageReference").Where(reference => reference.Attribute("Include")!.Value.StartsWith("GpuNet.", StringComparison.Ordinal));
        Assert.That(references.Select(reference => reference.Attribute("Version")!.Value), Is.Not.Empty.And.All.EqualTo(Workshop.Version));
    }
}

using System.Xml.Linq;
using GpuNet.Testing;

namespace GpuNet.Packages.Tests;

/// <summary>A new version is new everywhere.</summary>
public sealed class VersionTests
{
    private static IEnumerable<string> Samples => Directory.GetFiles(Repository.At("samples"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file));

    [TestCaseSource(nameof(Samples))]
    public void A_sample_asks_for_the_version_that_is_packed(string project)
    {
        var references = XDocument.Load(Repository.At(project)).Descendants("PackageReference").Where(reference => reference.Attribute("Include")!.Value.StartsWith("GpuNet.", StringComparison.Ordinal));
        Assert.That(references.Select(reference => reference.Attribute("Version")!.Value), Is.Not.Empty.And.All.EqualTo(Workshop.Version));
    }
}

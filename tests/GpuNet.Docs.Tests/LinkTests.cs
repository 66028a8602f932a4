using GpuNet.Testing;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace GpuNet.Docs.Tests;

/// <summary>Every link of the pages within the repository leads to a file that is there, and to a heading in it.</summary>
public sealed class LinkTests
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    [TestCaseSource(typeof(Pages), nameof(Pages.Everywhere))]
    public void A_link_leads_somewhere(string page) => Assert.That(BrokenIn(page, Pages.Read(page)), Is.Empty);

    // Each of these must be found, or the test above says nothing.
    [TestCase("[no file](docs/nowhere.md)")]
    [TestCase("![no picture](docs/images/nowhere.png)")]
    [TestCase("[no heading](CONTRIBUTING.md#nowhere)")]
    [TestCase("[no heading here](#nowhere)")]
    [TestCase("| in a table |\n|---|\n| [no file](nowhere) |")]
    public void A_broken_link_is_found(string text) => Assert.That(BrokenIn("README.md", text), Has.Count.EqualTo(1));

    private static List<string> BrokenIn(string page, string text)
    {
        var links = Markdown.Parse(text, Pipeline).Descendants<LinkInline>().Select(link => link.Url!);
        return [.. links.Where(url => !url.Contains("://", StringComparison.Ordinal)).Where(url => !Leads(page, text, url))];
    }

    private static bool Leads(string page, string text, string url)
    {
        string[] parts = url.Split('#', 2);
        if (parts[0].Length == 0)
            return HeadingsOf(text).Contains(parts[1]);
        string path = Repository.At(Path.GetDirectoryName(page)!, parts[0]);
        return parts.Length == 1 ? Path.Exists(path) : File.Exists(path) && HeadingsOf(File.ReadAllText(path)).Contains(parts[1]);
    }

    private static IEnumerable<string?> HeadingsOf(string text) => Markdown.Parse(text, Pipeline).Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id);
}

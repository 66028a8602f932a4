using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace GpuNet.Training.Reports.Html;

/// <summary>A page that needs nothing but itself: what it says, which <c>page.liquid</c> says how to show.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Subtitle">A line under that.</param>
/// <param name="Verdict">What it comes to.</param>
/// <param name="Sections">Its parts.</param>
internal sealed record HtmlPage(string Title, string Subtitle, string Verdict, IReadOnlyList<HtmlSection> Sections)
{
    // Every text is encoded; only what HTML gives a meaning to, so that the source can be read.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly TemplateOptions Options = new() { MemberAccessStrategy = UnsafeMemberAccessStrategy.Instance };

    private static readonly IFluidTemplate Template = new FluidParser().Parse(Resource());

    /// <summary>The page as UTF-8.</summary>
    public byte[] ToHtml() => Encoding.UTF8.GetBytes(Template.Render(new TemplateContext(this, Options), Encoder));

    private static string Resource()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("page.liquid")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using System.Xml.Linq;

namespace GpuNet.Training.Reports.Html;

/// <summary>A plot inside a page.</summary>
/// <param name="Svg">The picture, an element of the page.</param>
/// <param name="Caption">The words under it.</param>
internal sealed record HtmlPlot(string Svg, string Caption)
{
    /// <summary>Makes an element of the page of a picture that stands on its own: as wide as there is room, its paper and ink the page's, and its names no other
    /// picture's.</summary>
    /// <param name="svg">The picture, as a file.</param>
    /// <param name="name">A name that no other plot of the page has.</param>
    /// <param name="caption">The words under it, which also say to those who do not see it what it shows.</param>
    public static HtmlPlot Of(string svg, string name, string caption)
    {
        var picture = XDocument.Parse(svg).Root!;
        string width = picture.Attribute("width")!.Value, height = picture.Attribute("height")!.Value;
        picture.Attribute("width")!.Remove();
        picture.Attribute("height")!.Remove();
        picture.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        picture.SetAttributeValue("fill", "currentColor");
        picture.SetAttributeValue("role", "img");
        picture.SetAttributeValue("aria-label", caption);
        foreach (var attribute in picture.DescendantsAndSelf().Attributes().ToArray())
        {
            attribute.Value = attribute.Name.LocalName switch
            {
                "id" => $"{name}-{attribute.Value}",
                "clip-path" or "mask" or "filter" => attribute.Value.Replace("url(#", $"url(#{name}-", StringComparison.Ordinal),
                "fill" or "stroke" => ThemeOf(attribute.Value).Replace("url(#", $"url(#{name}-", StringComparison.Ordinal),
                "href" when attribute.Value.StartsWith('#') => $"#{name}-{attribute.Value[1..]}",
                _ => attribute.Value,
            };
        }

        // A page has no namespaces: its parser knows svg.
        foreach (var element in picture.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        picture.Attributes().Where(attribute => attribute.IsNamespaceDeclaration).Remove();
        return new(picture.ToString(SaveOptions.DisableFormatting), caption);
    }

    private static string ThemeOf(string colour) => colour switch
    {
        "white" => "var(--paper)",
        "black" or "#010101" => "currentColor",
        _ => colour,
    };
}

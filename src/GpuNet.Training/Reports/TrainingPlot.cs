using System.Text;
using ScottPlot;

namespace GpuNet.Training.Reports;

/// <summary>A plot that is drawn and can be saved.</summary>
internal sealed class TrainingPlot(Plot plot)
{
    private const int Width = 1000;
    private const int Height = 600;
    private const int PageWidth = 600;
    private const int PageHeight = 400;

    /// <summary>1000×600 pixels.</summary>
    public byte[] ToPng() => plot.GetImageBytes(Width, Height, ImageFormat.Png);

    /// <summary>The same picture in vectors, UTF-8.</summary>
    public byte[] ToSvg() => Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height));

    /// <summary>A smaller picture in vectors, whose letters can be read beside text, and which leaves its title to the page.</summary>
    public string ToPageSvg()
    {
        plot.Axes.Title.IsVisible = false;
        string svg = plot.GetSvgXml(PageWidth, PageHeight);
        plot.Axes.Title.IsVisible = true;
        return svg;
    }
}

using System.Text;
using ScottPlot;
using ScottPlot.Plottables;

namespace GpuNet.Training.Reports;

/// <summary>A plot that is drawn and can be saved.</summary>
internal sealed class TrainingPlot(Plot plot)
{
    private const int Width = 1000;
    private const int Height = 600;

    /// <summary>1000×600 pixels.</summary>
    public byte[] ToPng() => plot.GetImageBytes(Width, Height, ImageFormat.Png);

    /// <summary>The same picture in vectors, UTF-8, all lines solid: Skia's SVG canvas drops dashes, and complains of each on standard error.</summary>
    public byte[] ToSvg()
    {
        Scatter[] lines = [.. plot.GetPlottables<Scatter>()];
        LinePattern[] patterns = [.. lines.Select(line => line.LinePattern)];
        foreach (var line in lines)
            line.LinePattern = LinePattern.Solid;
        byte[] svg = Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height));
        foreach (var (line, pattern) in lines.Zip(patterns))
            line.LinePattern = pattern;
        return svg;
    }
}

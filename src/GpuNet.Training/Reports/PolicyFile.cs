using System.Globalization;
using System.Text.Unicode;
using GpuNet.Training.Files;
using GpuNet.Training.LearningRates;

namespace GpuNet.Training.Reports;

/// <summary>A policy's rates as a file: a plot (PNG or SVG), or the rate of every iteration (CSV).</summary>
public static class PolicyFile
{
    /// <summary>The endings that a file's name may have, which say what is written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".svg", ".csv"];

    /// <summary>Writes the file, whole or not at all; an existing one is replaced.</summary>
    /// <param name="path">The file, with one of <see cref="Extensions"/>.</param>
    /// <param name="plan">The policy and the iterations.</param>
    /// <exception cref="ArgumentException">The name has another ending.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, PolicyPlan plan)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".png":
                AtomicFile.Write(path, TrainingPlots.Rate(plan).ToPng());
                break;
            case ".svg":
                AtomicFile.Write(path, TrainingPlots.Rate(plan).ToSvg());
                break;
            case ".csv":
                AtomicFile.Write(path, stream => WriteRows(stream, plan));
                break;
            default:
                throw new ArgumentException($"file '{path}' has none of the endings {string.Join(", ", Extensions)}.", nameof(path));
        }
    }

    private static void WriteRows(Stream stream, PolicyPlan plan)
    {
        stream.Write("iteration,rate\n"u8);
        Span<byte> line = stackalloc byte[64];
        foreach (var (iteration, rate) in plan.Points(plan.Iterations))
        {
            Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{iteration},{rate}\n", out int length);
            stream.Write(line[..length]);
        }
    }
}

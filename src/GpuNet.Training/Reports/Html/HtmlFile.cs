namespace GpuNet.Training.Reports.Html;

/// <summary>A file or folder beside the page.</summary>
/// <param name="Path">Where it lies, from the page.</param>
/// <param name="Meaning">What it holds.</param>
internal sealed record HtmlFile(string Path, string Meaning);

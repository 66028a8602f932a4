namespace GpuNet.Cli.Commands;

/// <summary>The keys of the text that <c>train</c> keeps with the weights and <c>eval</c> reads.</summary>
internal static class WeightsMetadata
{
    public const string Model = "model";
    public const string Dataset = "dataset";
    public const string Iterations = "iterations";
    public const string Policy = "policy";
    public const string Seed = "seed";
    public const string Crop = "crop";
}

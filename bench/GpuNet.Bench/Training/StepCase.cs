using GpuNet.Training.Recipes;

namespace GpuNet.Bench.Training;

/// <summary>A model's training step.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Batch">Images in a batch.</param>
public sealed record StepCase(string Model, int Batch)
{
    /// <summary>Every model: CIFAR-10's at Caffe's batch, ImageNet's at one that every machine can hold.</summary>
    public static IReadOnlyList<StepCase> All { get; } =
        [.. ModelCatalog.All.Select(model => new StepCase(model.Name, model.Name.StartsWith("cifar10", StringComparison.Ordinal) ? 100 : 16))];

    /// <summary>The model and the batch.</summary>
    public override string ToString() => $"{Model} × {Batch}";
}

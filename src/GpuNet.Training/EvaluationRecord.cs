using System.Text.Json.Serialization;

namespace GpuNet.Training;

/// <summary>One evaluation on a whole image set.</summary>
/// <param name="Iteration">Updates made before it.</param>
/// <param name="Loss">Mean softmax loss, in nats.</param>
/// <param name="Accuracy">Share of images whose class has the highest score, from 0 to 1; a tie counts as a miss.</param>
/// <param name="Top5Accuracy">Share of images whose class is among the five highest scores, from 0 to 1.</param>
[method: JsonConstructor]
public readonly record struct EvaluationRecord(long Iteration, double Loss, double Accuracy, double Top5Accuracy)
{
    /// <summary>Whether the top-5 accuracy is worth a line or a column of its own: of ten classes or fewer, five hit soon.</summary>
    /// <param name="classes">Classes of the data set.</param>
    /// <returns>Whether there are more than 10.</returns>
    public static bool ShowsTop5(int classes) => classes > 10;
}

namespace GpuNet.Verification.References;

/// <summary>Softmax loss, its totals and its gradient in double precision, by their definitions.</summary>
public static class SoftmaxLossReference
{
    private const double LeastProbability = 1.1754943508222875e-38;

    /// <summary>The softmax of each row.</summary>
    /// <param name="scores">N·C scores.</param>
    /// <param name="classes">C.</param>
    /// <returns>N·C probabilities.</returns>
    public static double[] Probabilities(double[] scores, int classes)
    {
        var probabilities = new double[scores.Length];
        for (int row = 0; row < scores.Length; row += classes)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int c = 0; c < classes; c++)
                largest = Math.Max(largest, scores[row + c]);
            for (int c = 0; c < classes; c++)
                sum += probabilities[row + c] = Math.Exp(scores[row + c] - largest);
            for (int c = 0; c < classes; c++)
                probabilities[row + c] /= sum;
        }

        return probabilities;
    }

    /// <summary>The sums over the counted items.</summary>
    /// <param name="scores">N·C scores.</param>
    /// <param name="labels">N labels; below 0 is not counted.</param>
    /// <param name="classes">C.</param>
    /// <returns>Loss, top-1 hits, top-5 hits, counted items.</returns>
    public static double[] Totals(double[] scores, double[] labels, int classes)
    {
        double[] probabilities = Probabilities(scores, classes);
        var totals = new double[4];
        for (int item = 0; item < labels.Length; item++)
        {
            if (labels[item] < 0)
                continue;
            int label = (int)labels[item], row = item * classes;
            int above = 0;
            for (int c = 0; c < classes; c++)
            {
                if (c != label && scores[row + c] >= scores[row + label])
                    above++;
            }

            totals[0] -= Math.Log(Math.Max(probabilities[row + label], LeastProbability));
            totals[1] += above < 1 ? 1 : 0;
            totals[2] += above < 5 ? 1 : 0;
            totals[3]++;
        }

        return totals;
    }

    /// <summary>The gradient of the weighted mean loss of the counted items.</summary>
    /// <param name="scores">N·C scores.</param>
    /// <param name="labels">N labels; below 0 is not counted.</param>
    /// <param name="classes">C.</param>
    /// <param name="lossWeight">The weight.</param>
    /// <returns>N·C gradients.</returns>
    public static double[] Gradient(double[] scores, double[] labels, int classes, double lossWeight)
    {
        double[] gradient = Probabilities(scores, classes);
        int counted = Math.Max(labels.Count(label => label >= 0), 1);
        for (int i = 0; i < gradient.Length; i++)
        {
            double label = labels[i / classes];
            gradient[i] = label < 0 ? 0 : (gradient[i] - (i % classes == label ? 1 : 0)) * lossWeight / counted;
        }

        return gradient;
    }
}

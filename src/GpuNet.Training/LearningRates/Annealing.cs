namespace GpuNet.Training.LearningRates;

/// <summary>How a rate goes from one value to another.</summary>
public enum Annealing
{
    /// <summary>Along half a cosine: flat at both ends.</summary>
    Cosine,

    /// <summary>Along a straight line.</summary>
    Linear,
}

namespace GpuNet.Training.Optimizers;

/// <summary>How gradients become updates.</summary>
public enum OptimizerKind
{
    /// <summary>Gradient descent with momentum.</summary>
    Sgd,
}

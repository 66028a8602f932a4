namespace GpuNet.Training.Optimizers;

/// <summary>How gradients become updates: Caffe's solvers, with its formulas.</summary>
public enum OptimizerKind
{
    /// <summary>Gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Nesterov's accelerated gradient.</summary>
    Nesterov,

    /// <summary>Running means of gradients, over the root of those of their squares.</summary>
    Adam,

    /// <summary>Gradients over the root of a running mean of their squares.</summary>
    RmsProp,

    /// <summary>Gradients over the root of the sum of their squares.</summary>
    AdaGrad,

    /// <summary>Gradients brought to the size of the steps so far.</summary>
    AdaDelta,
}

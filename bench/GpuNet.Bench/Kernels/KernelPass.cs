namespace GpuNet.Bench.Kernels;

/// <summary>A pass of an op; a suite's benchmark methods have these names.</summary>
public enum KernelPass
{
    /// <summary>y from x.</summary>
    Forward,

    /// <summary>dx from dy.</summary>
    BackwardData,

    /// <summary>dw from x and dy.</summary>
    BackwardWeights,

    /// <summary>A product of two matrices.</summary>
    Product,

    /// <summary>The step of the optimiser.</summary>
    Update,
}

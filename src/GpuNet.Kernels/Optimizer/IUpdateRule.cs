using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.Optimizer;

/// <summary>An optimizer's formula for one weight, or a vector of them, that keeps one value of each: a struct with the launch's constants.</summary>
internal interface IUpdateRule
{
    /// <summary>What is subtracted from the weight; 0 for a gradient and a state of 0.</summary>
    /// <param name="g">The gradient.</param>
    /// <param name="state">What the last step left; updated.</param>
    V Step<S, V>(V g, ref V state)
        where S : struct, IArithmetic<V>
        where V : struct;
}

/// <summary>The same for one that keeps two values of each weight.</summary>
internal interface IPairUpdateRule
{
    /// <summary>What is subtracted from the weight; 0 for a gradient and states of 0.</summary>
    /// <param name="g">The gradient.</param>
    /// <param name="first">What the last step left; updated.</param>
    /// <param name="second">What the last step left; updated.</param>
    V Step<S, V>(V g, ref V first, ref V second)
        where S : struct, IArithmetic<V>
        where V : struct;
}

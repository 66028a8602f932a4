namespace GpuNet.Kernels.Tiles;

/// <summary>
/// A kernel for the CPU accelerator, written with SIMD: a struct that holds the arguments (views, geometry, scalars). One worker runs on
/// each core and does its share of the work in order.
/// </summary>
internal interface ITile
{
    /// <summary>Does one worker's share, with vectors of one width.</summary>
    /// <typeparam name="S">The SIMD operations.</typeparam>
    /// <typeparam name="V">Their vector type.</typeparam>
    /// <param name="worker">The worker, from 0.</param>
    /// <param name="workers">How many there are.</param>
    void Run<S, V>(int worker, int workers)
        where S : struct, ISimd<V>
        where V : struct;
}

namespace GpuNet.Kernels.Tiles;

/// <summary>What a <see cref="LaneTile{T}"/> does with a block.</summary>
internal interface ILaneWork
{
    /// <summary>Computes a block of the result in all planes of a group.</summary>
    /// <typeparam name="S">The SIMD operations.</typeparam>
    /// <typeparam name="V">Their vector type.</typeparam>
    /// <param name="block">The block.</param>
    /// <param name="room">Room for what it keeps, one plane a lane.</param>
    void Run<S, V>(LaneBlock block, ref float room)
        where S : struct, ISimd<V>
        where V : struct;
}

namespace GpuNet.Kernels.Reductions;

/// <summary>What a <see cref="GroupTree"/> makes of two values.</summary>
internal interface IReduction<T>
{
    static abstract T Of(T left, T right);
}

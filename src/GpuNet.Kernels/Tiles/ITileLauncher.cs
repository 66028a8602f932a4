namespace GpuNet.Kernels.Tiles;

/// <summary>What a <see cref="TileQueue"/> knows of the launchers that fill it.</summary>
internal interface ITileLauncher
{
    /// <summary>Does one worker's share of a launch.</summary>
    void Run(int launch, int worker, int workers);

    /// <summary>Drops the launches: they have run.</summary>
    void Forget();
}

using System.Numerics;
using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.LocalResponseNorm;

/// <summary>
/// How the portable kernels take planes apart: a group has a tile of pixels (X, Y) of some planes (Z), and brings the pixels in and around it into
/// shared memory, so that each is loaded once, or a little more often at the tiles' edges.
/// </summary>
internal readonly struct PixelTiles
{
    /// <summary>The largest window that tiles are taken for: the tiles of larger ones would be edges mostly.</summary>
    public const int MostSize = 15;

    /// <summary>Shared memory of a group for pixels up to two half windows around its tiles, in values.</summary>
    public const int OuterRoom = 2304;

    /// <summary>Shared memory of a group for pixels up to half a window around its tiles, in values.</summary>
    public const int InnerRoom = 1024;

    // A group's Z ends at 64 on CUDA.
    private const int MostPlanes = 64;

    private readonly Divider byTiles, byTilesAcross;
    private readonly int tiles, tilesAcross;

    private PixelTiles(Shape shape, int size, int across, int down)
    {
        Height = shape.H;
        Width = shape.W;
        Planes = shape.N * shape.C;
        Half = size / 2;
        tilesAcross = LaunchPlan.DivideUp(shape.W, across);
        tiles = tilesAcross * LaunchPlan.DivideUp(shape.H, down);
        byTiles = new(tiles);
        byTilesAcross = new(tilesAcross);
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Planes of the batch.</summary>
    public int Planes { get; }

    /// <summary>Pixels of a window on each side of its centre.</summary>
    public int Half { get; }

    /// <summary>Plans the launches of a normalisation.</summary>
    /// <param name="limits">The device's.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="size">Pixels of a window along each axis; at most <see cref="MostSize"/>.</param>
    public static (PixelTiles Tiles, KernelConfig Config) Plan(DeviceLimits limits, Shape shape, int size)
    {
        int group = limits.TreeGroupOf();
        int across = Math.Min(RoundUp(shape.W), limits.TreeGroupOf(limits.WarpSize)), down = Math.Min(RoundUp(shape.H), Math.Max(group / across, 1));
        while (PlanesOf(across, down, size) == 0)
        {
            if (across > down)
                across /= 2;
            else
                down /= 2;
        }
        int planes = Math.Min(Math.Min(group / (across * down), PlanesOf(across, down, size)), Math.Min(shape.N * shape.C, MostPlanes));
        var tiles = new PixelTiles(shape, size, across, down);
        int planeGroups = LaunchPlan.DivideUp(tiles.Planes, planes);
        // Threads along X: tiles reach past the planes' ends.
        ShapeException.ThrowIfTooLong("normalisation within channels: threads of a launch", new Shape(planeGroups, tiles.tiles, 1, across));
        return (tiles, new(new Index3D(planeGroups * tiles.tiles, 1, 1), new Index3D(across, down, planes)));
    }

    /// <summary>Where the group's tile begins: its row and column, and its first plane.</summary>
    public (int Row, int Column, int Plane) First()
    {
        int planes = byTiles.Divide(Grid.IdxX), tile = Grid.IdxX - planes * tiles, row = byTilesAcross.Divide(tile);
        return (row * Group.DimY, (tile - row * tilesAcross) * Group.DimX, planes * Group.DimZ);
    }

    private static int PlanesOf(int across, int down, int size)
    {
        int edge = size - 1;
        return Math.Min(OuterRoom / ((across + 2 * edge) * (down + 2 * edge)), InnerRoom / ((across + edge) * (down + edge)));
    }

    private static int RoundUp(int value) => (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)value), LaunchPlan.UsualGroup);
}

using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tiles;

/// <summary>
/// How the planes of a result are cut for a <see cref="LaneTile{T}"/>: into groups of as many planes as a vector has lanes, and each plane
/// into blocks whose values fit into the first cache for all planes of a group.
/// </summary>
/// <param name="Planes">Planes of the result: images times channels.</param>
/// <param name="PlaneRows">Rows of a plane.</param>
/// <param name="PlaneColumns">Columns of a plane.</param>
/// <param name="Rows">Rows of a block; those of the last one may be fewer.</param>
/// <param name="Columns">Columns of a block.</param>
/// <param name="Room">Values that a worker needs to keep a block's planes in lanes.</param>
internal readonly record struct LaneBlocks(int Planes, int PlaneRows, int PlaneColumns, int Rows, int Columns, long Room)
{
    // Less than the first cache of today's processors, which have 32 or 48 KiB.
    private const int CachedValues = 10 * 1024;

    /// <summary>Blocks as large as the cache holds, and of nearly one size.</summary>
    /// <param name="planes">Planes of the result.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="columns">Columns of a plane.</param>
    /// <param name="pixels">Pixels that are kept for a block of some rows and columns.</param>
    public static LaneBlocks Of(int planes, int rows, int columns, Func<int, int, long> pixels)
    {
        long most = CachedValues / Simd.Width;
        int width = columns, height = 1;
        while (width > 1 && pixels(1, width) > 2 * most)
            width = (width + 1) / 2;
        while (height < rows && pixels(height + 1, width) <= most)
            height++;
        height = Even(rows, height);
        width = Even(columns, width);
        return new(planes, rows, columns, height, width, pixels(height, width) * Simd.Width);
    }

    /// <summary>Blocks in all, for vectors of some lanes.</summary>
    public int Count(int lanes) => Groups(lanes) * Parts(PlaneRows, Rows) * Parts(PlaneColumns, Columns);

    /// <summary>One of the blocks.</summary>
    public LaneBlock At(int number, int lanes)
    {
        int across = Parts(PlaneColumns, Columns), blocks = Parts(PlaneRows, Rows) * across;
        int group = number / blocks, block = number - group * blocks;
        int row = block / across * Rows, column = block % across * Columns;
        // The last group takes some planes again if they don't divide evenly; fewer than a group come one by one, the same in all lanes.
        int plane = Planes < lanes ? group : Math.Min(group * lanes, Planes - lanes);
        return new(plane, Planes < lanes ? 0 : 1, row, Math.Min(Rows, PlaneRows - row), column, Math.Min(Columns, PlaneColumns - column));
    }

    private int Groups(int lanes) => Planes < lanes ? Planes : Parts(Planes, lanes);

    private static int Parts(int whole, int part) => (whole + part - 1) / part;

    private static int Even(int whole, int most) => Parts(whole, Parts(whole, most));
}

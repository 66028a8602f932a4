using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tiles;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>
/// How the CPU cuts a product C = op(A)·op(B) into pieces. Columns of C go in panels of two vectors, sums in slices, each of which goes on
/// from what the one before left in C; workers share rows and panels of columns.
/// </summary>
/// <param name="ColumnPanels">Panels of columns; the last may be narrower.</param>
/// <param name="Depth">Terms of a slice of the sums; a multiple of every vector's width.</param>
/// <param name="BlockPanels">The most panels of op(B), one slice of each, that are packed at once: what a second-level cache keeps.</param>
/// <param name="RowShares">Parts that the rows are dealt out in; each meets every one of the column shares, a worker each.</param>
/// <param name="ColumnShares">Parts that the column panels are dealt out in.</param>
internal readonly record struct MatrixBlocks(int ColumnPanels, int Depth, int BlockPanels, int RowShares, int ColumnShares)
{
    /// <summary>The most terms of a slice: of a panel of op(A), as many as a first-level cache keeps.</summary>
    public const int MaxDepth = 512;

    // Values: 512 KB of the 1 MB that a second-level cache holds; C and A pass through it too.
    private const int BlockLength = 128 * 1024;

    // What packing one value costs, and what reading or writing one of C, in multiply-adds of a vector.
    private const double PackingCost = 0.1, ResultCost = 0.06;

    /// <summary>The least work for the busiest worker.</summary>
    /// <param name="geometry">The product.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="workers">Workers that share the work.</param>
    public static MatrixBlocks For(MatrixMultiplyGeometry geometry, int width, int workers)
    {
        int block = 2 * width, leastSlices = LaunchPlan.DivideUp(geometry.K, MaxDepth);
        MatrixBlocks best = default;
        double bestCost = double.PositiveInfinity;
        for (int rowShares = 1; rowShares <= workers; rowShares++)
        {
            for (int slices = leastSlices; workers % rowShares == 0 && slices <= 4 * leastSlices; slices++)
            {
                int depth = LaunchPlan.DivideUp(LaunchPlan.DivideUp(geometry.K, slices), 16) * 16;
                var blocks = new MatrixBlocks(LaunchPlan.DivideUp(geometry.N, block), depth, Math.Max(1, BlockLength / (depth * block)), rowShares, workers / rowShares);
                double cost = blocks.Cost(geometry, block);
                if (cost < bestCost)
                    (best, bestCost) = (blocks, cost);
            }
        }

        return best;
    }

    /// <summary>Panels of op(B) that one of the column shares packs at once.</summary>
    public int PanelsAtOnce => Math.Min(BlockPanels, LaunchPlan.DivideUp(ColumnPanels, ColumnShares));

    /// <summary>A worker's rows.</summary>
    public Share Rows(int rows, int worker) => Share.Of(rows, worker % RowShares, RowShares);

    /// <summary>A worker's column panels.</summary>
    public Share Columns(int worker) => Share.Of(ColumnPanels, worker / RowShares, ColumnShares);

    private double Cost(MatrixMultiplyGeometry geometry, int block)
    {
        int panels = LaunchPlan.DivideUp(ColumnPanels, ColumnShares), blocks = LaunchPlan.DivideUp(panels, BlockPanels);
        double rows = LaunchPlan.DivideUp(geometry.M, RowShares), columns = panels * (double)block, slices = LaunchPlan.DivideUp(geometry.K, Depth);
        double products = rows * columns * geometry.K * 2 / block, packed = (columns + rows * blocks) * geometry.K, results = rows * columns * (2 * slices - 1);
        return products + PackingCost * packed + ResultCost * results;
    }
}

using ILGPU;
using ILGPU.Util;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>One thread's share of bringing an operand's tile, of 4·side lines and side terms, into shared memory: one term of four lines.</summary>
internal readonly struct GemmTileLoader<TOperand>
    where TOperand : struct, IGemmOperand
{
    private readonly TOperand operand;
    private readonly Place line0, line1, line2, line3;
    private readonly int firstLine, firstDepth, end;

    /// <summary>Locates the thread's lines.</summary>
    /// <param name="operand">The matrix.</param>
    /// <param name="group">Which of the products.</param>
    /// <param name="tile">The tile's first line.</param>
    /// <param name="lines">Lines of the matrix: a line past the last one repeats it, and its results are not stored.</param>
    /// <param name="end">One past the last term.</param>
    public GemmTileLoader(TOperand operand, int group, int tile, int lines, int end)
    {
        int side = Group.DimX;
        this.operand = operand;
        this.end = end;
        firstLine = TOperand.IsContiguousAlongDepth ? Group.IdxY : Group.IdxX;
        firstDepth = TOperand.IsContiguousAlongDepth ? Group.IdxX : Group.IdxY;
        int line = tile + firstLine, last = lines - 1;
        line0 = operand.Line(group, Math.Min(line, last));
        line1 = operand.Line(group, Math.Min(line + side, last));
        line2 = operand.Line(group, Math.Min(line + 2 * side, last));
        line3 = operand.Line(group, Math.Min(line + 3 * side, last));
    }

    /// <summary>Loads the thread's values of the tile that starts at a term; terms past the end are 0.</summary>
    public Quad Load(int start)
    {
        int depth = start + firstDepth;
        bool inside = depth < end;
        var place = operand.Depth(Math.Min(depth, end - 1));
        return new Quad
        {
            V0 = Utilities.Select(inside, operand.Load(line0, place), 0f),
            V1 = Utilities.Select(inside, operand.Load(line1, place), 0f),
            V2 = Utilities.Select(inside, operand.Load(line2, place), 0f),
            V3 = Utilities.Select(inside, operand.Load(line3, place), 0f),
        };
    }

    /// <summary>Stores the values so that the lines of a term lie side by side.</summary>
    public void Store(Quad values, ArrayView<float> tile, int pitch)
    {
        int side = Group.DimX, offset = firstDepth * pitch + firstLine;
        tile[offset] = values.V0;
        tile[offset + side] = values.V1;
        tile[offset + 2 * side] = values.V2;
        tile[offset + 3 * side] = values.V3;
    }
}

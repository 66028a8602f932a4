using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>A matrix whose lines are stored one after the other: a left matrix as it is, or a transposed right one.</summary>
internal readonly struct LinesOperand(ArrayView<float> values, int pitch) : IGemmOperand
{
    private readonly ArrayView<float> values = values;
    private readonly int pitch = pitch;

    public static bool IsContiguousAlongDepth => true;

    public Place Line(int group, int line) => new(line * pitch, 0, 0);

    public Place Depth(int depth) => new(depth, 0, 0);

    public float Load(Place line, Place depth) => values[line.Offset + depth.Offset];
}

/// <summary>A matrix whose lines lie side by side: a transposed left matrix, or a right one as it is.</summary>
internal readonly struct InterleavedOperand(ArrayView<float> values, int pitch) : IGemmOperand
{
    private readonly ArrayView<float> values = values;
    private readonly int pitch = pitch;

    public static bool IsContiguousAlongDepth => false;

    public Place Line(int group, int line) => new(line, 0, 0);

    public Place Depth(int depth) => new(depth * pitch, 0, 0);

    public float Load(Place line, Place depth) => values[line.Offset + depth.Offset];
}

/// <summary>Row-major products, finished: those of the groups one below the other, the parts of split sums one after the other.</summary>
internal readonly struct MatrixResult(ArrayView<float> values, int rows, int columns, int splitPitch, GemmEpilogue epilogue) : IGemmResult
{
    private readonly ArrayView<float> values = values;
    private readonly int rows = rows, columns = columns, splitPitch = splitPitch;
    private readonly GemmEpilogue epilogue = epilogue;

    public int Row(int split, int group, int row) => split * splitPitch + (group * rows + row) * columns;

    public int Column(int column) => column;

    public void Store(int offset, int group, int row, int column, float value) => values[offset] = epilogue.Finish(value, offset, column);
}

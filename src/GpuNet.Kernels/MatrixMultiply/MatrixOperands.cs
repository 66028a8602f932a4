using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Whether four values in a row may be loaded or stored at once.</summary>
internal interface IAlignment
{
    static abstract bool IsAligned { get; }
}

/// <summary>The matrix starts at a multiple of 16 bytes, and its pitch is a multiple of 4.</summary>
internal readonly struct Aligned : IAlignment
{
    public static bool IsAligned => true;
}

/// <summary>Anything else.</summary>
internal readonly struct Unaligned : IAlignment
{
    public static bool IsAligned => false;
}

/// <summary>A matrix whose lines are stored one after the other: a left matrix as it is, or a transposed right one.</summary>
internal struct LinesOperand<TAlignment>(ArrayView<float> values, int pitch) : IGemmOperand
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int pitch = pitch;
    // Of the thread's values; the last one is that of the terms before the share's end. Unsigned, so that an index past 2³¹ is past the last one, too.
    private uint first, last;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        uint line = (uint)(Math.Min(share.Line, share.Lines - 1) * pitch);
        first = line + (uint)share.Term;
        last = line + (uint)(share.End - 1);
    }

    public readonly Quad Load(int after)
    {
        uint at = first + (uint)after;
        if (TAlignment.IsAligned)
            return values.QuadIf((int)at, at <= last);
        return new Quad { V0 = ValueOrZero(at), V1 = ValueOrZero(at + 1), V2 = ValueOrZero(at + 2), V3 = ValueOrZero(at + 3) };
    }

    private readonly float ValueOrZero(uint at) => values.ValueIf((int)at, at <= last);
}

/// <summary>A matrix whose lines lie side by side: a transposed left matrix, or a right one as it is.</summary>
internal struct InterleavedOperand<TAlignment>(ArrayView<float> values, int pitch) : IGemmOperand
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int pitch = pitch;
    // Where the thread's first term is.
    private int line, line1, line2, line3, terms;

    public static GemmAccess Access => GemmAccess.QuadsOfLines;

    public void Start(GemmShare share)
    {
        int first = share.Term * pitch, last = share.Lines - 1;
        line = first + (TAlignment.IsAligned ? Math.Min(share.Line, share.Lines - 4) : Math.Min(share.Line, last));
        line1 = first + Math.Min(share.Line + 1, last);
        line2 = first + Math.Min(share.Line + 2, last);
        line3 = first + Math.Min(share.Line + 3, last);
        terms = share.Terms;
    }

    public readonly Quad Load(int after)
    {
        bool inside = after < terms;
        int at = after * pitch;
        if (TAlignment.IsAligned)
            return values.QuadIf(at + line, inside);
        return values.QuadIf(at + line, at + line1, at + line2, at + line3, inside);
    }
}

/// <summary>Row-major products, finished: those of the groups one below the other, the parts of split sums one after the other.</summary>
internal readonly struct MatrixResult<TAlignment>(ArrayView<float> values, int rows, int columns, int splitPitch, GemmEpilogue epilogue) : IGemmResult
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int rows = rows, columns = columns, splitPitch = splitPitch;
    private readonly GemmEpilogue epilogue = epilogue;

    public int Row(int split, int group, int row) => split * splitPitch + (group * rows + row) * columns;

    public GemmColumns Columns(int column, int columns) => new(column, columns - column, column, column + 1, column + 2, column + 3);

    public void Store(int group, int row, int offset, GemmColumns columns, Quad values)
    {
        int first = columns.First;
        if (TAlignment.IsAligned)
        {
            values = epilogue.AddBias(values, first, first + 1, first + 2, first + 3);
            this.values.Cast<Quad>()[offset + first >>> 2] = epilogue.Finish(values, offset + first);
            return;
        }

        // What is past the last column is finished as if it stood there.
        int last = first + columns.Count - 1, column1 = Math.Min(first + 1, last), column2 = Math.Min(first + 2, last), column3 = Math.Min(first + 3, last);
        values = epilogue.AddBias(values, first, column1, column2, column3);
        values = epilogue.Finish(values, offset + first, offset + column1, offset + column2, offset + column3);
        this.values[offset + first] = values.V0;
        if (columns.Count > 1)
            this.values[offset + column1] = values.V1;
        if (columns.Count > 2)
            this.values[offset + column2] = values.V2;
        if (columns.Count > 3)
            this.values[offset + column3] = values.V3;
    }
}

using GpuNet.Kernels.Tensors;
using ILGPU;
using ILGPU.Util;

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
    // Of the thread's line; the last one is that of the terms before the share's end. Unsigned, so that an index past 2³¹ is past the last one, too.
    private uint first, last;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        first = (uint)(Math.Min(share.Line, share.Lines - 1) * pitch);
        last = first + (uint)(share.End - 1);
    }

    public readonly Quad Load(int term)
    {
        uint at = first + (uint)term;
        if (TAlignment.IsAligned)
        {
            bool inside = at <= last;
            return values.Quad((int)Utilities.Select(inside, at, 0u)).KeepIf(inside);
        }

        return new Quad { V0 = ValueOrZero(at), V1 = ValueOrZero(at + 1), V2 = ValueOrZero(at + 2), V3 = ValueOrZero(at + 3) };
    }

    private readonly float ValueOrZero(uint at) => Utilities.Select(at <= last, values[(int)Math.Min(at, last)], 0f);
}

/// <summary>A matrix whose lines lie side by side: a transposed left matrix, or a right one as it is.</summary>
internal struct InterleavedOperand<TAlignment>(ArrayView<float> values, int pitch) : IGemmOperand
    where TAlignment : struct, IAlignment
{
    private readonly ArrayView<float> values = values;
    private readonly int pitch = pitch;
    private int line, line1, line2, line3, end;

    public static GemmAccess Access => GemmAccess.QuadsOfLines;

    public void Start(GemmShare share)
    {
        int last = share.Lines - 1;
        line = TAlignment.IsAligned ? Math.Min(share.Line, share.Lines - 4) : Math.Min(share.Line, last);
        line1 = Math.Min(share.Line + 1, last);
        line2 = Math.Min(share.Line + 2, last);
        line3 = Math.Min(share.Line + 3, last);
        end = share.End;
    }

    public readonly Quad Load(int term)
    {
        bool inside = term < end;
        int at = Utilities.Select(inside, term, 0) * pitch;
        if (TAlignment.IsAligned)
            return values.Quad(at + line).KeepIf(inside);
        return new Quad { V0 = values[at + line], V1 = values[at + line1], V2 = values[at + line2], V3 = values[at + line3] }.KeepIf(inside);
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

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
    private int first, end;

    public static GemmAccess Access => GemmAccess.AlongDepth;

    public void Start(GemmShare share)
    {
        first = Math.Min(share.Line, share.Lines - 1) * pitch;
        end = share.End;
    }

    public readonly Quad Load(int term)
    {
        if (TAlignment.IsAligned)
            return values.Quad(first + Utilities.Select(term < end, term, 0)).KeepIf(term < end);
        return new Quad
        {
            V0 = Value(term),
            V1 = Value(term + 1),
            V2 = Value(term + 2),
            V3 = Value(term + 3),
        };
    }

    private readonly float Value(int term) => Utilities.Select(term < end, values[first + Utilities.Select(term < end, term, 0)], 0f);
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
        int at = Utilities.Select(term < end, term, 0) * pitch;
        if (TAlignment.IsAligned)
            return values.Quad(at + line).KeepIf(term < end);
        return new Quad { V0 = values[at + line], V1 = values[at + line1], V2 = values[at + line2], V3 = values[at + line3] }.KeepIf(term < end);
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
        if (TAlignment.IsAligned)
        {
            int at = offset + columns.Offset0, channel = columns.First;
            this.values.Cast<Quad>()[at >>> 2] = new Quad
            {
                V0 = epilogue.Finish(values.V0, at, channel),
                V1 = epilogue.Finish(values.V1, at + 1, channel + 1),
                V2 = epilogue.Finish(values.V2, at + 2, channel + 2),
                V3 = epilogue.Finish(values.V3, at + 3, channel + 3),
            };
        }
        else
        {
            Store(offset + columns.Offset0, columns.First, values.V0);
            if (columns.Count > 1)
                Store(offset + columns.Offset1, columns.First + 1, values.V1);
            if (columns.Count > 2)
                Store(offset + columns.Offset2, columns.First + 2, values.V2);
            if (columns.Count > 3)
                Store(offset + columns.Offset3, columns.First + 3, values.V3);
        }
    }

    private void Store(int at, int channel, float value) => values[at] = epilogue.Finish(value, at, channel);
}

using GpuNet.Training.Protobuf;

namespace GpuNet.Training.Tests.Fuzzing;

/// <summary>A protobuf file as a tree of fields, so that a change leaves the lengths around it right and reaches what lies deep.</summary>
internal sealed class ProtobufTree
{
    // Text and numbers can look like messages by chance; below this depth nothing of interest does.
    private const int Deepest = 5;

    // Of one field, or its bytes over sixteen.
    private const int Most = 1 << 16;

    private int field;
    private int type;
    private byte[] value = [];
    private List<ProtobufTree>? children;

    /// <summary>Reads a file.</summary>
    /// <returns>Its root; null if it is no protobuf file.</returns>
    public static ProtobufTree? Parse(byte[] file) => FieldsOf(file, 0) is { } fields ? new ProtobufTree { type = -1, children = fields } : null;

    /// <summary>Changes a field.</summary>
    public void Apply(FuzzEdit edit)
    {
        var all = new List<(ProtobufTree Parent, int Index)>();
        List(all);
        if (all.Count == 0)
            return;
        var (parent, index) = all[(int)(edit.Where * (all.Count - 1))];
        var siblings = parent.children!;
        var node = siblings[index];
        switch (edit.Kind)
        {
            case 0:
                siblings.RemoveAt(index);
                break;
            case 1:
                siblings.InsertRange(index, Enumerable.Repeat(node, Math.Min(edit.Size, Most / Math.Max(16, node.Content().Length))));
                break;
            case 2:
                siblings[index] = new() { field = edit.Size % 128, type = node.type, value = node.value, children = node.children };
                break;
            case 3:
                siblings[index] = new() { field = node.field, type = 0, value = FuzzEdit.Varint(edit.Value) };
                break;
            case 4:
                siblings[index] = new() { field = node.field, type = 2, value = [.. node.Content().Take(edit.Size)] };
                break;
            case 5:
                siblings[index] = new() { field = node.field, type = 5, value = BitConverter.GetBytes((uint)edit.Value) };
                break;
            case 6:
                // Empty messages, as many as there may be: two bytes each.
                siblings[index] = new() { field = node.field, type = 2, value = [] };
                siblings.InsertRange(index, Enumerable.Repeat(siblings[index], Math.Min(edit.Size * (int)(edit.Value % 16), Most)));
                break;
            case 7:
                siblings[index] = new() { field = node.field, type = 2, value = [.. node.Content(), .. FuzzEdit.Varint(edit.Value)] };
                break;
            default:
                siblings.Reverse();
                break;
        }
    }

    /// <summary>The file.</summary>
    public byte[] Content() => children is null ? value : [.. children.SelectMany(child => child.Whole())];

    private IEnumerable<byte> Whole()
    {
        byte[] content = Content();
        return [.. FuzzEdit.Varint(((ulong)field << 3) | (uint)type), .. type == (int)WireType.Bytes ? FuzzEdit.Varint((ulong)content.Length) : [], .. content];
    }

    private void List(List<(ProtobufTree, int)> all)
    {
        for (int i = 0; children is not null && i < children.Count; i++)
        {
            all.Add((this, i));
            children[i].List(all);
        }
    }

    private static List<ProtobufTree>? FieldsOf(ReadOnlySpan<byte> bytes, int depth)
    {
        var fields = new List<ProtobufTree>();
        int at = 0;
        while (at < bytes.Length)
        {
            if (!TryVarint(bytes, ref at, out ulong tag) || tag >> 3 is 0 or > 1000)
                return null;
            int type = (int)(tag & 7), start = at, size;
            ulong length = 0;
            if (type == 0 && !TryVarint(bytes, ref at, out _))
                return null;
            if (type == 2)
            {
                if (!TryVarint(bytes, ref at, out length))
                    return null;
                start = at;
            }

            size = type switch { 0 => at - start, 1 => 8, 5 => 4, 2 when length <= (ulong)bytes.Length => (int)length, _ => -1 };
            if (size < 0 || start + size > bytes.Length)
                return null;
            at = start + size;
            var content = bytes.Slice(start, size);
            var inner = type == 2 && depth < Deepest && size > 1 ? FieldsOf(content, depth + 1) : null;
            fields.Add(new() { field = (int)(tag >> 3), type = type, value = content.ToArray(), children = inner });
        }

        return fields;
    }

    private static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
